/**
 * The Clave Única de Registro de Población: 18 characters with a person's initials, birth date, gender and state of
 * birth (RENAPO, Instructivo normativo para la asignación de la CURP).
 */
import { parseDay } from './dates';
import { withoutGroups } from './plain-identifier';
import { weightedSum } from './weighted-sum';

/** Parsed CURP. */
export interface Curp {
  curp: string;
  /** `YYYY-MM-DD`. */
  birth_date: string;
  /** H: man, M: woman, X: neither. */
  gender: 'H' | 'M' | 'X';
  /** `NE` for persons born abroad. */
  state_code: string;
  state: string;
  born_abroad: boolean;
}

/** An Ñ never occurs: an X replaces it and every missing letter. */
const STRUCTURE =
  /^[A-Z][AEIOUX][A-Z]{2}(?<year>\d\d)(?<month>\d\d)(?<day>\d\d)(?<gender>[HMX])(?<state>[A-Z]{2})[B-DF-HJ-NP-TV-Z]{3}(?<century>[A-Z\d])\d$/;

/** The check digit weighs each character by its index here. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';

/** Generic CURP for foreigners without one (SAT, Guía de llenado del comprobante de nómina). */
const GENERIC = /^XEXX010101[HM]NEXXXA\d$/;

const STATES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ AS: 'Aguascalientes', BC: 'Baja California', BS: 'Baja California Sur', CC: 'Campeche' },
    ...{ CL: 'Coahuila', CM: 'Colima', CS: 'Chiapas', CH: 'Chihuahua', DF: 'Ciudad de México' },
    ...{ DG: 'Durango', GT: 'Guanajuato', GR: 'Guerrero', HG: 'Hidalgo', JC: 'Jalisco' },
    ...{ MC: 'México', MN: 'Michoacán', MS: 'Morelos', NT: 'Nayarit', NL: 'Nuevo León' },
    ...{ OC: 'Oaxaca', PL: 'Puebla', QT: 'Querétaro', QR: 'Quintana Roo', SP: 'San Luis Potosí' },
    ...{ SL: 'Sinaloa', SR: 'Sonora', TC: 'Tabasco', TS: 'Tamaulipas', TL: 'Tlaxcala' },
    ...{ VZ: 'Veracruz', YN: 'Yucatán', ZS: 'Zacatecas', NE: 'Nacido en el extranjero' },
  }),
);

/** Returns the official form: without spaces and hyphens, in capitals. */
export function normalizeCurp(text: string): string {
  return withoutGroups(text).toUpperCase();
}

/**
 * Parses a normalized CURP. `today` (`YYYY-MM-DD`): a later birth date is an error.
 * @returns its data, or an error.
 */
export function parseCurp(curp: string, today = '9999-12-31'): Curp | { fault: string } {
  const parts = STRUCTURE.exec(curp)?.groups;
  if (parts === undefined) {
    return { fault: 'must be a CURP: 18 characters such as HEGG560427MVZRRL04' };
  }
  if (GENERIC.test(curp)) return { fault: "is the generic CURP of foreigners, nobody's own" };
  if (curp.at(-1) !== curpCheckDigit(curp)) {
    return { fault: 'is no CURP: its check digit is wrong' };
  }
  const birth_date = birthIn(parts);
  if (birth_date === null) return { fault: 'is no CURP: it holds a date that is none' };
  if (birth_date > today) return { fault: 'is no CURP: it holds a birth in the future' };
  const { gender, state: state_code = '' } = parts;
  const state = STATES.get(state_code);
  if (state === undefined) {
    return { fault: 'is no CURP: it holds a state of birth that is none' };
  }
  const born_abroad = state_code === 'NE';
  return { curp, birth_date, gender: gender as Curp['gender'], state_code, state, born_abroad };
}

/**
 * Returns the birth date. The character for the century is a digit for births before 2000 and a letter after (RENAPO).
 */
function birthIn({ year, month, day, century = '' }: Record<string, string>): string | null {
  const born = (/\d/.test(century) ? 1900 : 2000) + Number(year);
  return parseDay(born, Number(month), Number(day));
}

/** Returns the check digit for the first 17 characters of a CURP. */
export function curpCheckDigit(curp: string): string {
  const sum = weightedSum(curp.slice(0, 17), ALPHABET, (index) => 18 - index);
  return String((10 - (sum % 10)) % 10);
}
