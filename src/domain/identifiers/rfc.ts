/**
 * The Registro Federal de Contribuyentes, Mexico's tax number: 13 characters for a person, 12 for a company. The
 * structure is that of the SAT's schema (`t_RFC` of the CFDI); the check digit follows the SAT's rules of construction.
 */
import { parseDay } from './dates';
import { withoutGroups } from './plain-identifier';
import { weightedSum } from './weighted-sum';

/** Kind of an RFC. The generic ones stand for taxpayers without an RFC, or with a foreign one. */
export type RfcKind = 'person' | 'company' | 'generic' | 'generic_foreign';

export interface Rfc {
  rfc: string;
  rfc_kind: RfcKind;
  /** `check_digit`: the check digit is wrong. Some valid RFCs were issued with a wrong one. */
  rfc_warnings: 'check_digit'[];
}

const STRUCTURE = /^(?<name>[A-ZÑ&]{3,4})(?<year>\d\d)(?<month>\d\d)(?<day>\d\d)[A-Z\d]{2}[A\d]$/;

/** Generic RFC for the general public and for residents abroad (Resolución Miscelánea Fiscal 2.7.1.23). */
const GENERIC: ReadonlyMap<string, RfcKind> = new Map([
  ['XAXX010101000', 'generic'],
  ['XEXX010101000', 'generic_foreign'],
]);

/** The check digit weighs each character by its index here. */
const ALPHABET = '0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ';

/** Returns the official form: without spaces and hyphens, in capitals, an Ñ as one character. */
export function normalizeRfc(text: string): string {
  return withoutGroups(text).toUpperCase();
}

/** Parses a normalized RFC. @returns its data, or an error. */
export function parseRfc(rfc: string): Rfc | { fault: string } {
  const parts = STRUCTURE.exec(rfc)?.groups;
  if (parts === undefined) {
    return { fault: 'must be an RFC: 13 characters such as GODE561231GR8, 12 of a company' };
  }
  const kind = GENERIC.get(rfc);
  if (kind !== undefined) return { rfc, rfc_kind: kind, rfc_warnings: [] };
  // The century is not encoded. Only 29 February depends on it, and 2000 was a leap year.
  const { name, year, month, day } = parts;
  if (parseDay(2000 + Number(year), Number(month), Number(day)) === null) {
    return { fault: 'is no RFC: it holds a date that is none' };
  }
  const isRight = rfc.at(-1) === rfcCheckDigit(rfc);
  return {
    ...{ rfc, rfc_kind: name?.length === 4 ? 'person' : 'company' },
    rfc_warnings: isRight ? [] : ['check_digit'],
  };
}

/** Returns the check digit for all characters before it: 0 to 9 or A. */
export function rfcCheckDigit(rfc: string): string {
  const sum = weightedSum(rfc.slice(0, -1).padStart(12), ALPHABET, (index) => 13 - index);
  const rest = sum % 11;
  if (rest === 0) return '0';
  return rest === 1 ? 'A' : String(11 - rest);
}
