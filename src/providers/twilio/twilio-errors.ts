/**
 * Classifies Twilio's errors (https://www.twilio.com/docs/api/errors). Numbers of six digits are Meta's, which Twilio
 * forwards.
 */
import { ChannelError, type ChannelErrorKind } from '../connector';

/** This channel can't reach the destination: wrong kind of number, no WhatsApp, STOP, or a blocked country. */
const PERMANENT = new Set([
  ...[21211, 21214, 21217, 21408, 21610, 21612, 21614, 21635, 30005, 30006, 60205],
  ...[63003, 63016, 63024, 63032, 63033, 63049, 131021, 131026, 131030, 131047, 131049],
]);
/** The connector can't send with its current settings: credentials, senders, templates. */
const MISCONFIGURED = new Set([
  ...[20003, 20005, 20006, 20404, 21212, 21601, 21603, 21606, 21609, 21655, 21656, 21659, 21660],
  ...[21661, 21701, 21702, 21703, 21704, 21705, 30002, 30034, 63007, 63013, 63021, 63027, 63028],
]);
const TOO_MANY = new Set([14107, 20429, 21611, 30001, 63018, 63038]);

/** Thrown for a temporary refusal by Twilio, whose SDK drops the headers. */
export class TwilioBusy extends Error {
  override readonly name = 'TwilioBusy';
  constructor(
    readonly status: number,
    readonly retryAfter: number | null,
  ) {
    super(`Twilio answered ${status}`);
  }
}

/** Converts the error of a call. Its text contains the number only: Twilio's own texts contain the phone. */
export function twilioError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  if (error instanceof TwilioBusy) {
    // 429 and 503 are sent before the message is accepted; a gateway's 502 may come after.
    const isCertain = error.status === 429 || error.status === 503;
    return new ChannelError('recoverable', `http_${error.status}`, isCertain, error.retryAfter);
  }
  const { status, code } = error as { status?: unknown; code?: unknown };
  if (typeof status !== 'number') return connectionError(code);
  const number = typeof code === 'number' ? code : status;
  return new ChannelError(kindOf(number, status), `twilio_${number}`);
}

function kindOf(number: number, status: number): ChannelErrorKind {
  if (PERMANENT.has(number)) return 'permanent';
  if (TOO_MANY.has(number)) return 'recoverable';
  const isLocked = status === 401 || status === 403 || status === 404;
  return MISCONFIGURED.has(number) || isLocked ? 'misconfigured' : 'refused';
}

/** Node error codes of requests that never reached a server. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

/** Converts the error of a call without a response. */
export function connectionError(code: unknown): ChannelError {
  const name = typeof code === 'string' ? code : '';
  const short = /^[A-Z_]{3,32}$/.test(name) ? name.toLowerCase() : 'no_answer';
  return new ChannelError('recoverable', short, NEVER_SENT.has(name));
}

/** Returns true if a receipt's error means that the channel can't reach the destination. */
export function isPermanentForTwilio(number: number): boolean {
  return PERMANENT.has(number);
}
