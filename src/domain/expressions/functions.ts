/** All functions and operators of expressions. */
import type { BinaryOperator, UnaryOperator } from './operators';
import {
  isNumeric,
  toList,
  toNumber,
  toScalar,
  truthOf,
  Unknown,
  type WorkBudget,
  type Value,
} from './values';

export type Operation = (work: WorkBudget, ...values: Value[]) => number;

/** Functions by name. */
export const FUNCTIONS = {
  abs: (_work, a) => Math.abs(toNumber(a)),
  ceil: (_work, a) => Math.ceil(toNumber(a)),
  floor: (_work, a) => Math.floor(toNumber(a)),
  round: (_work, a) => Math.round(toNumber(a)),
  length: (work, a) =>
    Array.isArray(a) ? toList(a, work).length : Array.from(textOf(a, work)).length,
  min: (work, ...values) => numbersOf(values, work).reduce((a, b) => Math.min(a, b)),
  max: (work, ...values) => numbersOf(values, work).reduce((a, b) => Math.max(a, b)),
  indexOf: (work, sought, where) =>
    Array.isArray(where)
      ? placeIn(sought, toList(where, work), work)
      : placeInText(textOf(sought, work), textOf(where, work), work),
} satisfies Record<string, Operation>;

export type FunctionName = keyof typeof FUNCTIONS;

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}

/** Number of arguments of each function; null: one or more. */
export const ARGUMENTS: Record<FunctionName, number | null> = {
  ...{ abs: 1, ceil: 1, floor: 1, round: 1, length: 1 },
  ...{ min: null, max: null, indexOf: 2 },
};

/** Unary operators. */
export const UNARY: Readonly<Record<UnaryOperator, (a: Value) => Value>> = {
  '-': (a) => -toNumber(a),
  '+': (a) => toNumber(a),
  not: (a) => !truthOf(a),
};

/** Binary operators. */
export const BINARY: Readonly<
  Record<BinaryOperator, (a: Value, b: Value, work: WorkBudget) => Value>
> = {
  '+': (a, b) => finite(toNumber(a) + toNumber(b)),
  '-': (a, b) => finite(toNumber(a) - toNumber(b)),
  '*': (a, b) => finite(toNumber(a) * toNumber(b)),
  '/': (a, b) => finite(toNumber(a) / toNumber(b)),
  '%': (a, b) => finite(toNumber(a) % toNumber(b)),
  '^': (a, b) => finite(toNumber(a) ** toNumber(b)),
  '==': isSame,
  '!=': (a, b, work) => !isSame(a, b, work),
  '<': (a, b, work) => compare(a, b, work) < 0,
  '<=': (a, b, work) => compare(a, b, work) <= 0,
  '>': (a, b, work) => compare(a, b, work) > 0,
  '>=': (a, b, work) => compare(a, b, work) >= 0,
  in: (a, b, work) => placeIn(a, toList(b, work), work) >= 0,
  and: (a, b) => both(a, b, (first, second) => first && second),
  or: (a, b) => both(a, b, (first, second) => first || second),
};

function both(a: Value, b: Value, join: (a: boolean, b: boolean) => boolean): boolean {
  return join(truthOf(a), truthOf(b));
}

function finite(number: number): number {
  if (!Number.isFinite(number)) throw new Unknown();
  return number;
}

/** Converts a text or number to a text. @throws Unknown. */
function textOf(value: Value, work: WorkBudget): string {
  const scalar = toScalar(value);
  if (typeof scalar === 'boolean') throw new Unknown();
  const text = String(scalar);
  work.spend(text.length);
  return text;
}

/** Compares two values. @throws Unknown if they are of different kinds: such a comparison is a mistake. */
function isSame(a: Value, b: Value, work: WorkBudget): boolean {
  const [first, second] = [toScalar(a), toScalar(b)];
  if (typeof first !== typeof second) throw new Unknown();
  if (typeof first !== 'string' || typeof second !== 'string') return first === second;
  work.spend(first.length + second.length);
  return first.normalize() === second.normalize();
}

/**
 * Returns a value below, at or above zero. Compares two texts as texts, all other values as numbers. @throws Unknown.
 */
function compare(a: Value, b: Value, work: WorkBudget): number {
  if (typeof a !== 'string' || typeof b !== 'string') return toNumber(a) - toNumber(b);
  work.spend(a.length + b.length);
  const [first, second] = [a.normalize(), b.normalize()];
  const order = first < second ? -1 : Number(first > second);
  // "10" is less than "9" as a text and more as a number, so the meaning is ambiguous.
  const isEither = isNumeric(first) && isNumeric(second);
  if (isEither && Math.sign(toNumber(first) - toNumber(second)) !== order) throw new Unknown();
  return order;
}

/**
 * Returns the index of an item, from 0; -1 if the list lacks it. @throws Unknown if it lacks it and has items of other
 * kinds.
 */
function placeIn(sought: Value, list: readonly unknown[], work: WorkBudget): number {
  const value = toScalar(sought);
  const isText = typeof value === 'string';
  const place = list.findIndex((item) =>
    isText && typeof item === 'string' ? isSame(item, value, work) : item === value,
  );
  if (place < 0 && list.some((item) => typeof item !== typeof value)) throw new Unknown();
  return place;
}

function placeInText(sought: string, where: string, work: WorkBudget): number {
  work.spend(sought.length * Math.max(1, where.length - sought.length + 1));
  return where.indexOf(sought);
}

/** Converts the arguments, or the single list argument, to numbers. */
function numbersOf(values: readonly Value[], work: WorkBudget): number[] {
  const [first] = values;
  const numbers = Array.isArray(first) && values.length === 1 ? toList(first, work) : values;
  if (numbers.length === 0) throw new Unknown();
  return numbers.map(toNumber);
}
