/**
 * ESLint rule: refuses `object[name]` and `name in object` if the object is a dictionary (it has a string index
 * signature) and the name is any text: `constructor`, `toString` and `__proto__` exist in every object. Use `ownValue`,
 * a `Map` or `Object.hasOwn`.
 */
import ts from 'typescript';

function isAnyText(checker, type) {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => {
    const constraint = checker.getBaseConstraintOfType(part) ?? part;
    const inner = constraint.isUnion() ? constraint.types : [constraint];
    return inner.some((each) => each.flags & (ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral));
  });
}

function isDictionary(checker, type) {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => {
    if (checker.isArrayType(part) || checker.isTupleType(part)) return false;
    return checker.getIndexInfoOfType(part, ts.IndexKind.String) !== undefined;
  });
}

export const noInheritedLookup = {
  meta: {
    type: 'problem',
    messages: {
      lookup:
        'A text is looked up in a plain object, where "constructor" would be found too: use ownValue, a Map or Object.hasOwn.',
    },
    schema: [],
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    const check = (node, object, name) => {
      // No inherited name has such a prefix.
      if (name.type === 'TemplateLiteral' && name.quasis[0].value.raw !== '') return;
      if (!isAnyText(checker, services.getTypeAtLocation(name))) return;
      if (!isDictionary(checker, services.getTypeAtLocation(object))) return;
      context.report({ node, messageId: 'lookup' });
    };
    return {
      'MemberExpression[computed=true]'(node) {
        check(node, node.object, node.property);
      },
      'BinaryExpression[operator="in"]'(node) {
        if (node.left.type !== 'PrivateIdentifier') check(node, node.right, node.left);
      },
    };
  },
};
