/**
 * The Clave Bancaria Estandarizada, a Mexican bank account: 3 digits of the bank, 3 of the place, 11 of the account and
 * a check digit (Asociación de Bancos de México).
 */
import { BANKS } from './banks';
import { withoutGroups } from './plain-identifier';
import { weightedSum } from './weighted-sum';

/** Parsed CLABE. */
export interface Clabe {
  clabe: string;
  bank_code: string;
  /** Null if the code is not in the list: institutions change. */
  bank_name: string | null;
  /** Place where the account was opened. */
  place_code: string;
  account_number: string;
}

const DIGITS = '0123456789';
const WEIGHTS = [3, 7, 1];

/** Removes spaces and hyphens: banks write a CLABE as digits only. */
export function normalizeClabe(text: string): string {
  return withoutGroups(text);
}

/** Parses a normalized CLABE. @returns its data, or an error. */
export function parseClabe(clabe: string): Clabe | { fault: string } {
  if (!/^\d{18}$/.test(clabe)) return { fault: 'must be a CLABE: 18 digits' };
  if (clabe.at(-1) !== clabeCheckDigit(clabe)) {
    return { fault: 'is no CLABE: its check digit is wrong' };
  }
  const bank_code = clabe.slice(0, 3);
  return {
    ...{ clabe, bank_code, bank_name: BANKS.get(bank_code) ?? null },
    ...{ place_code: clabe.slice(3, 6), account_number: clabe.slice(6, 17) },
  };
}

/** Returns the check digit for the first 17 digits. */
export function clabeCheckDigit(clabe: string): string {
  const sum = weightedSum(clabe.slice(0, 17), DIGITS, (index) => WEIGHTS[index % 3] ?? 0);
  return String((10 - (sum % 10)) % 10);
}
