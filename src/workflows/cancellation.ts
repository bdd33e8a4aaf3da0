import { unwrapPlain } from './payload-converter';

/** A cancellation as staff send it by signal. */
export interface Cancellation {
  by: string;
  reason: string;
}

/** A reason in a signal is a short code: a sentence would be readable to whoever reads Temporal. */
const REASON = /^[a-z0-9_]{1,64}$/;

/** Reads the arguments of a cancel signal, in plain or encoded; null where they make no sense. */
export function readCancellation(args: readonly unknown[]): Cancellation | null {
  const [given] = args.map(unwrapPlain);
  if (typeof given !== 'object' || given === null) return null;
  const { by, reason } = given as Record<string, unknown>;
  if (typeof by !== 'string' || by === '' || by.length > 100) return null;
  if (typeof reason !== 'string' || !REASON.test(reason)) return null;
  return { by, reason };
}
