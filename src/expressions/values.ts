/** Values of expressions. Whatever can't be told is `unknown`, and so is all that is made of it. */

/** Data as JSON has it. */
export type Value = unknown;

/** No value: missing, null, or of a kind that the operation can't use. */
export class Unknown extends Error {
  override readonly name = 'Unknown';
}

/** Longest text and most items that one operation makes or looks through. */
const MAX_SIZE = 100_000;

/** @throws Unknown where there is nothing, or what isn't data. */
export function known(value: Value): Value {
  if (value === null || value === undefined) throw new Unknown();
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    throw new Unknown();
  }
  return value;
}

/** A number, or a text that reads as one, as payloads of providers have them. @throws Unknown. */
export function numberOf(value: Value): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw new Unknown();
  return number;
}

/** A text, a number or a boolean. @throws Unknown. */
export function scalarOf(value: Value): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  throw new Unknown();
}

/** @throws Unknown. */
export function listOf(value: Value): readonly unknown[] {
  if (!Array.isArray(value) || value.length > MAX_SIZE) throw new Unknown();
  return value;
}

/** @throws Unknown where it has grown too long. */
export function textOf(value: string): string {
  if (value.length > MAX_SIZE) throw new Unknown();
  return value;
}

/** A member that the object has of its own: nothing is inherited. @throws Unknown. */
export function memberOf(value: Value, key: string): Value {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
    throw new Unknown();
  return known(Reflect.get(value, key));
}
