/** Values of expressions. A value that can't be determined is `unknown`, and so is every result computed from it. */

/** JSON data. */
export type Value = unknown;

/** Thrown for a value that is missing, null, or of a kind that the operation can't use. */
export class Unknown extends Error {
  override readonly name = 'Unknown';
}

/** Characters and items that one evaluation may visit: some milliseconds. */
const MAX_WORK = 2_000_000;
/** Cost of a list item, in characters. */
const ITEM = 100;
/** Maximum length of a text that is converted to a number. */
const MAX_DIGITS = 40;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Counts the work of an evaluation. */
export class WorkBudget {
  private left = MAX_WORK;

  /** @throws Unknown when the budget is used up. */
  spend(amount: number): void {
    this.left -= amount;
    if (this.left < 0) throw new Unknown();
  }
}

/** @throws Unknown for a missing value, or one that is not JSON data. */
export function requireKnown(value: Value): Value {
  if (value === null || value === undefined) throw new Unknown();
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    throw new Unknown();
  }
  return value;
}

/** Converts a boolean, or the text of one, to a boolean. @throws Unknown. */
export function truthOf(value: Value): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new Unknown();
}

/**
 * Converts a number, or a decimal text as in payloads of providers, to a number. @throws Unknown, also for a number
 * that can't be represented exactly.
 */
export function toNumber(value: Value): number {
  const number = typeof value === 'string' ? readNumber(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw new Unknown();
  return number;
}

function readNumber(text: string): number {
  if (text.length > MAX_DIGITS || !NUMBER.test(text.trim())) return Number.NaN;
  const number = Number(text);
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? Number.NaN : number;
}

/** Returns true if a text can be converted to a number. */
export function isNumeric(text: string): boolean {
  return !Number.isNaN(readNumber(text));
}

/** Returns a text, number or boolean unchanged. @throws Unknown. */
export function toScalar(value: Value): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Unknown();
}

/** Returns a list unchanged. @throws Unknown. */
export function toList(value: Value, work: WorkBudget): readonly unknown[] {
  if (!Array.isArray(value)) throw new Unknown();
  work.spend(value.length * ITEM);
  return value;
}

/** Returns an own member of an object; inherited members don't count. @throws Unknown. */
export function getMember(value: Value, key: string): Value {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
    throw new Unknown();
  return requireKnown(Reflect.get(value, key));
}

/** Returns the item of a list by its index, from 0. @throws Unknown. */
export function itemOf(list: Value, index: Value): Value {
  const isIndex = typeof index === 'number' && Number.isInteger(index) && index >= 0;
  if (!Array.isArray(list) || !isIndex) throw new Unknown();
  return requireKnown(list[index]);
}
