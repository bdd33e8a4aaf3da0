/** Evaluates expressions over data, and over nothing else: no object of the process can be reached from one. */
import { BINARY, FUNCTIONS, UNARY } from './functions';
import { placeAt, type Expression, type Instruction } from './parse-expression';
import { known, memberOf, Unknown, type Value } from './values';

/** `unknown`: a value that it needs is missing, or it came to something else than true or false. */
export type Verdict = boolean | 'unknown';

/** Where an expression finds its variables; undefined: there is none of that name. */
export type Variables = (name: string) => unknown;

/**
 * What an expression comes to. The texts `'true'` and `'false'` count as what they say; a number, another text or an
 * object is `unknown`. A branch of `? :` that isn't taken may miss what it likes; all else that is missing makes the
 * whole unknown. Never throws.
 */
export function evaluateExpression(expression: Expression, variables: Variables): Verdict {
  try {
    const value = evaluate(expression.instructions, expression, variables);
    if (value === true || value === 'true') return true;
    return value === false || value === 'false' ? false : 'unknown';
  } catch (error) {
    if (error instanceof Unknown) return 'unknown';
    throw error;
  }
}

function evaluate(
  instructions: readonly Instruction[],
  expression: Expression,
  variables: Variables,
): Value {
  const stack: Value[] = [];
  const take = () => resolve(stack.pop());
  const resolve = (value: Value): Value =>
    value instanceof Branch ? evaluate(value.instructions, expression, variables) : value;
  for (const { type, value } of instructions) {
    if (type === 'IEXPR') {
      stack.push(new Branch(value as Instruction[]));
      continue;
    }
    if (type === 'IVAR') stack.push(read(expression, value, variables));
    else if (type === 'IMEMBER') stack.push(memberOf(take(), keyAt(expression, value)));
    else if (type === 'IOP3') stack.push(choose(stack, resolve));
    else {
      const operands = takeAll(operandCount(type, value), take);
      stack.push(known(operate(type, value, operands, type === 'IFUNCALL' ? stack.pop() : null)));
    }
  }
  return take();
}

/** What is evaluated only where it is needed. */
class Branch {
  constructor(readonly instructions: readonly Instruction[]) {}
}

/** A function that stands on the stack until it is called. */
class Callee {
  constructor(readonly call: (...values: Value[]) => Value) {}
}

function read({ places }: Expression, name: Instruction['value'], variables: Variables): Value {
  const place = placeAt(places, name);
  if (place?.kind === 'literal') return place.value;
  if (place?.kind === 'variable') return known(variables(place.name));
  if (place?.kind === 'function') return new Callee(FUNCTIONS[place.name]);
  throw new Unknown();
}

function keyAt({ places }: Expression, name: Instruction['value']): string {
  const place = placeAt(places, name);
  if (place?.kind !== 'key') throw new Unknown();
  return place.key;
}

function choose(stack: Value[], resolve: (value: Value) => Value): Value {
  const [otherwise, chosen, condition] = [stack.pop(), stack.pop(), resolve(stack.pop())];
  return resolve(condition ? chosen : otherwise);
}

function operandCount(type: Instruction['type'], value: Instruction['value']): number {
  if (type === 'IOP1') return 1;
  return type === 'IOP2' ? 2 : Number(value);
}

/** From the stack, in the order they were written. */
function takeAll(count: number, take: () => Value): Value[] {
  return Array.from({ length: count }, take).reverse();
}

function operate(
  type: Instruction['type'],
  value: Instruction['value'],
  operands: Value[],
  callee: Value,
): Value {
  const [first, second] = operands;
  const name = typeof value === 'string' ? value : '';
  if (type === 'IARRAY') return operands;
  if (type === 'IFUNCALL' && callee instanceof Callee) return callee.call(...operands);
  if (type === 'IOP1') return UNARY.get(name)?.(first);
  if (type === 'IOP2') return BINARY.get(name)?.(first, second);
  throw new Unknown();
}
