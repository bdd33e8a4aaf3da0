/** Verifies and parses Twilio's callbacks. */
import type { ProviderReceipt } from '../connector';
import { canonicalMobile } from '../../domain/identifiers/destinations';
import { isPermanentForTwilio } from './twilio-errors';
import { ownValue } from '../../domain/run/own-value';

export type Form = Readonly<Record<string, string>>;

/**
 * Verifies Twilio's signature of a form sent to our address
 * (https://www.twilio.com/docs/usage/security#validating-requests).
 */
export async function isSignedByTwilio(
  authToken: string,
  address: string,
  form: Form,
  signature: string,
): Promise<boolean> {
  const { validateRequest } = (await import('twilio')).default;
  return validateRequest(authToken, signature, address, form);
}

const STATUSES: Readonly<Record<string, ProviderReceipt['status']>> = {
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
};

/** Parses a status callback; `receipt` is null if the status isn't final. */
export function parseTwilioStatus(form: Form): {
  provider_id: string;
  receipt: ProviderReceipt | null;
} | null {
  const { MessageSid: provider_id, MessageStatus = '', ErrorCode = '' } = form;
  if (provider_id === undefined || !/^[A-Z]{2}[0-9a-f]{32}$/.test(provider_id)) return null;
  const status = ownValue(STATUSES, MessageStatus);
  if (status === undefined) return { provider_id, receipt: null };
  const number = /^\d{1,6}$/.test(ErrorCode) && status !== 'delivered' ? Number(ErrorCode) : null;
  const error_code = number === null ? null : `twilio_${number}`;
  const is_permanent = number !== null && isPermanentForTwilio(number);
  return { provider_id, receipt: { provider_id, status, error_code, is_permanent } };
}

/** Opt-out words in the languages of our messages; carriers only know the English ones. */
const STOP = new Set([
  ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'OPTOUT', 'REVOKE'],
  ...['ALTO', 'BAJA', 'PARAR', 'CANCELAR', 'SAIR'],
]);
const START = new Set(['START', 'UNSTOP', 'YES', 'ALTA', 'INICIAR', 'SI', 'SÍ', 'VOLTAR', 'SIM']);

/** Parses a person's message to one of the account's numbers, if it is an opt-out or opt-in. */
export function parseOptOutReply({ From = '', Body = '' }: Form): {
  phone: string;
  wish: 'stop' | 'start';
} | null {
  const phone = canonicalMobile(From.replace(/^whatsapp:/, ''));
  const word = Body.trim()
    .replace(/[.!]+$/, '')
    .toUpperCase();
  if (phone === null) return null;
  if (STOP.has(word)) return { phone, wish: 'stop' };
  return START.has(word) ? { phone, wish: 'start' } : null;
}
