import type { Channel } from '../nips/policy';
import { unwrapPlain } from './payload-converter';

/** What staff send by signal. */
export interface StaffMessage {
  by: string;
  reason: string;
  channel: Channel | null;
}

/** A reason in a signal is a short code: a sentence would be readable to whoever reads Temporal. */
const REASON = /^[a-z0-9_]{1,64}$/;
const CHANNELS: readonly unknown[] = ['sms', 'whatsapp', 'email'];

/** Reads the arguments of a staff signal, in plain or encoded; null where they make no sense. */
export function readStaffMessage(args: readonly unknown[]): StaffMessage | null {
  const [given] = args.map(unwrapPlain);
  if (typeof given !== 'object' || given === null) return null;
  const { by, reason, channel } = given as Record<string, unknown>;
  if (!isName(by) || typeof reason !== 'string' || !REASON.test(reason)) return null;
  if (channel !== undefined && !CHANNELS.includes(channel)) return null;
  return { by, reason, channel: (channel as Channel | undefined) ?? null };
}

function isName(by: unknown): by is string {
  return typeof by === 'string' && by !== '' && by.length <= 100;
}
