/** Evaluates expressions over data, and over nothing else: no object of the process can be reached from one. */
import { BINARY, FUNCTIONS, UNARY, type FunctionName, type Operation } from './functions';
import type { Node } from './nodes';
import {
  itemOf,
  requireKnown,
  getMember,
  truthOf,
  Unknown,
  WorkBudget,
  type Value,
} from './values';

/** `unknown`: a value that it needs is missing, or it came to something else than true or false. */
export type ExpressionResult = boolean | 'unknown';

/** Where an expression finds its variables; undefined: there is none of that name. */
export type Variables = (name: string) => unknown;

/**
 * What an expression comes to. The texts `'true'` and `'false'` count as what they say; a number, another text or an
 * object is `unknown`. The branch of `? :` that isn't chosen may miss what it likes; all else that is missing makes the
 * whole unknown, as does more work than is allowed. Never throws.
 */
export function evaluateExpression(expression: Node, variables: Variables): ExpressionResult {
  try {
    return truthOf(evaluate(expression, { variables, work: new WorkBudget() }));
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

interface Evaluation {
  variables: Variables;
  work: WorkBudget;
}

function evaluate(node: Node, evaluation: Evaluation): Value {
  const valueOf = (each: Node) => evaluate(each, evaluation);
  const { work } = evaluation;
  switch (node.type) {
    case 'literal':
      return node.value;
    case 'variable':
      return requireKnown(evaluation.variables(node.name));
    case 'member':
      return getMember(valueOf(node.of), node.key);
    case 'item':
      return itemOf(valueOf(node.list), valueOf(node.index));
    case 'list':
      return node.items.map(valueOf);
    case 'call':
      return call(node.name, node.operands.map(valueOf), work);
    case 'unary':
      return UNARY[node.operator](valueOf(node.operand));
    case 'binary':
      // Both sides are evaluated: what is missing on either is missing.
      return BINARY[node.operator](valueOf(node.left), valueOf(node.right), work);
    case 'choice':
      return valueOf(choose(node, truthOf(valueOf(node.condition))));
  }
}

function choose({ chosen, otherwise }: Extract<Node, { type: 'choice' }>, isTrue: boolean): Node {
  return isTrue ? chosen : otherwise;
}

function call(name: FunctionName, values: Value[], work: WorkBudget): Value {
  const operation: Operation = FUNCTIONS[name];
  return operation(work, ...values);
}
