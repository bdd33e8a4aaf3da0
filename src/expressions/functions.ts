/** The functions that an expression may call, and its operators: all there are. */
import { listOf, numberOf, scalarOf, textOf, Unknown, type Value } from './values';

type Operation = (...values: Value[]) => Value;

/** Callable by name. */
export const FUNCTIONS = {
  abs: (a) => Math.abs(numberOf(a)),
  ceil: (a) => Math.ceil(numberOf(a)),
  floor: (a) => Math.floor(numberOf(a)),
  round: (a) => Math.round(numberOf(a)),
  length: (a) => (Array.isArray(a) ? a.length : String(scalarOf(a)).length),
  min: (...values) => Math.min(...numbersOf(values)),
  max: (...values) => Math.max(...numbersOf(values)),
  indexOf: (sought, where) =>
    typeof where === 'string'
      ? where.indexOf(String(scalarOf(sought)))
      : listOf(where).indexOf(scalarOf(sought)),
} satisfies Record<string, Operation>;

export type FunctionName = keyof typeof FUNCTIONS;

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}

/** How many values each takes; null: one or more. */
export const ARGUMENTS: Record<FunctionName, number | null> = {
  ...{ abs: 1, ceil: 1, floor: 1, round: 1, length: 1 },
  ...{ min: null, max: null, indexOf: 2 },
};

/** With one operand. */
export const UNARY: ReadonlyMap<string, (a: Value) => Value> = new Map(
  Object.entries({
    '-': (a) => -numberOf(a),
    '+': (a) => numberOf(a),
    not: (a) => !a,
  } satisfies Record<string, Operation>),
);

/** With two. `and` and `or` look at both: what is missing on either side is missing. */
export const BINARY: ReadonlyMap<string, (a: Value, b: Value) => Value> = new Map(
  Object.entries({
    '+': (a, b) => numberOf(a) + numberOf(b),
    '-': (a, b) => numberOf(a) - numberOf(b),
    '*': (a, b) => numberOf(a) * numberOf(b),
    '/': (a, b) => numberOf(a) / numberOf(b),
    '%': (a, b) => numberOf(a) % numberOf(b),
    '^': (a, b) => numberOf(a) ** numberOf(b),
    '||': (a, b) => textOf(`${scalarOf(a)}${scalarOf(b)}`),
    '==': (a, b) => scalarOf(a) === scalarOf(b),
    '!=': (a, b) => scalarOf(a) !== scalarOf(b),
    '<': (a, b) => compare(a, b) < 0,
    '<=': (a, b) => compare(a, b) <= 0,
    '>': (a, b) => compare(a, b) > 0,
    '>=': (a, b) => compare(a, b) >= 0,
    in: (a, b) => listOf(b).includes(scalarOf(a)),
    and: (a, b) => Boolean(a) && Boolean(b),
    or: (a, b) => Boolean(a) || Boolean(b),
    '[': (list, index) => itemOf(listOf(list), index),
  } satisfies Record<string, Operation>),
);

/** Below, at or above zero. Texts are compared as texts, all else as numbers. @throws Unknown. */
function compare(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b);
  return numberOf(a) - numberOf(b);
}

function itemOf(list: readonly unknown[], index: Value): Value {
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0) throw new Unknown();
  return list[index];
}

/** Of the values, or of the one list that is given. */
function numbersOf(values: readonly Value[]): number[] {
  const [first] = values;
  const numbers = Array.isArray(first) && values.length === 1 ? listOf(first) : values;
  if (numbers.length === 0) throw new Unknown();
  return numbers.map(numberOf);
}
