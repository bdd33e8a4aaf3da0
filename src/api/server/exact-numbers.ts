/** Numbers in JSON that JavaScript would change: whole ones beyond 2^53, and those with more digits than a double has. */
import { randomUUID } from 'node:crypto';

/** Texts, which are skipped, and numbers (RFC 8259, 6 and 7). */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Occurs in every text that holds a number which could change. */
const SUSPICIOUS = /[\d.]{16}|[eE][+-]?\d{3}/;
/** Digits that a double holds; encoders write no more of one. */
const MAX_DIGITS = 17;

/** A number that JavaScript can't represent as it was sent. */
export interface ChangedNumber {
  path: string[];
  message: string;
}

/** Finds the first number of a valid JSON text that would be changed by parsing. Undefined if there is none. */
export function findChangedNumber(json: string): ChangedNumber | undefined {
  if (!SUSPICIOUS.test(json)) return undefined;
  const mark = randomUUID();
  let message: string | undefined;
  const marked = json.replaceAll(TOKEN, (token) => {
    const fault = token.startsWith('"') ? undefined : faultOf(token);
    if (fault === undefined || message !== undefined) return token;
    message = fault;
    return `"${mark}"`;
  });
  if (message === undefined) return undefined;
  // Null where the same name comes again later: its last value counts.
  const path = pathTo(mark, JSON.parse(marked));
  return path === null ? undefined : { path, message };
}

function faultOf(token: string): string | undefined {
  const number = Number(token);
  if (!Number.isFinite(number)) return 'is too large';
  if (/^-?\d+$/.test(token)) {
    return Number.isSafeInteger(number) || String(number) === token ? undefined : 'is too large';
  }
  const digits = significantDigits(token);
  if (number === 0 && digits !== '') return 'is too small';
  if (digits.length <= MAX_DIGITS) return undefined;
  return Number.isInteger(number) && !Number.isSafeInteger(number)
    ? 'is too large'
    : 'has more digits than can be kept';
}

/** Returns the digits of a number without the zeros before and behind them. */
function significantDigits(token: string): string {
  const digits = token
    .replace(/[eE].*$/, '')
    .replaceAll(/[-.]/g, '')
    .replace(/^0+/, '');
  let end = digits.length;
  while (digits.charAt(end - 1) === '0') end -= 1;
  return digits.slice(0, end);
}

function pathTo(mark: string, value: unknown): string[] | null {
  if (value === mark) return [];
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, child] of Object.entries(value)) {
    const path = pathTo(mark, child);
    if (path !== null) return [name, ...path];
  }
  return null;
}
