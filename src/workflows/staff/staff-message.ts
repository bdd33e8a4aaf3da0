import { faultOfLine } from '../../domain/identifiers/one-line';
import { unwrapPlain } from '../converters/payload-converter';
import { isFields } from '../../domain/run/is-fields';

/** Content of a staff signal. `details`: all other fields, not parsed yet. */
export interface StaffMessage {
  by: string;
  reason: string;
  details: Readonly<Record<string, unknown>>;
}

/** A reason in a signal is a short code: everybody with access to Temporal could read a sentence. */
const REASON = /^[a-z0-9_]{1,64}$/;

/** Parses the arguments of a staff signal, encoded or not; null if they are invalid. */
export function parseStaffMessage(args: readonly unknown[]): StaffMessage | null {
  const [given] = args.map(unwrapPlain);
  if (!isFields(given)) return null;
  const { by, reason, ...details } = given;
  if (!isName(by) || typeof reason !== 'string' || !REASON.test(reason)) return null;
  return { by, reason, details };
}

function isName(by: unknown): by is string {
  return typeof by === 'string' && by.length <= 100 && faultOfLine(by) === undefined;
}
