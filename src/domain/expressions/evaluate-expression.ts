/** Evaluates expressions over plain data. No object of the process can be reached from an expression. */
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

/** `unknown`: a required value is missing, or the result is not a boolean. */
export type ExpressionResult = boolean | 'unknown';

/** Finds a variable by name; undefined if there is none. */
export type Variables = (name: string) => unknown;

/**
 * Evaluates an expression. The texts `'true'` and `'false'` count as booleans; any other text, number or object is
 * `unknown`. The branch of `? :` that is not chosen may lack values. Any other missing value makes the result unknown,
 * as does too much work. Never throws.
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
      // Evaluates both sides: a missing value on either side makes the result unknown.
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
