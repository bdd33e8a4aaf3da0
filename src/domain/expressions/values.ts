/** Values of expressions. Whatever can't be told is `unknown`, and so is all that is made of it. */

/** Data as JSON has it. */
export type Value = unknown;

/** No value: missing, null, or of a kind that the operation can't use. */
export class Unknown extends Error {
  override readonly name = 'Unknown';
}

/** Characters and items that one evaluation may look at: some milliseconds. */
const MAX_WORK = 2_000_000;
/** An item of a list costs as much as so many characters. */
const ITEM = 100;
/** Characters of a text that is read as a number. */
const MAX_DIGITS = 40;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Counts what an evaluation looks at. */
export class WorkBudget {
  private left = MAX_WORK;

  /** @throws Unknown if it is more than is allowed. */
  spend(amount: number): void {
    this.left -= amount;
    if (this.left < 0) throw new Unknown();
  }
}

/** @throws Unknown where there is nothing, or what isn't data. */
export function requireKnown(value: Value): Value {
  if (value === null || value === undefined) throw new Unknown();
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    throw new Unknown();
  }
  return value;
}

/** True or false, also as texts. @throws Unknown. */
export function truthOf(value: Value): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new Unknown();
}

/**
 * A number, or a text that reads as one in decimals, as payloads of providers have them. @throws Unknown, also for a
 * number that isn't held exactly.
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

/** Returns true if a text reads as a number. */
export function isNumeric(text: string): boolean {
  return !Number.isNaN(readNumber(text));
}

/** A text, a number or a boolean. @throws Unknown. */
export function toScalar(value: Value): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Unknown();
}

/** @throws Unknown. */
export function toList(value: Value, work: WorkBudget): readonly unknown[] {
  if (!Array.isArray(value)) throw new Unknown();
  work.spend(value.length * ITEM);
  return value;
}

/** A member that the object has of its own: nothing is inherited. @throws Unknown. */
export function getMember(value: Value, key: string): Value {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
    throw new Unknown();
  return requireKnown(Reflect.get(value, key));
}

/** The item of a list by its number, from 0. @throws Unknown. */
export function itemOf(list: Value, index: Value): Value {
  const isIndex = typeof index === 'number' && Number.isInteger(index) && index >= 0;
  if (!Array.isArray(list) || !isIndex) throw new Unknown();
  return requireKnown(list[index]);
}
