/** What Twilio tells us: whether it is Twilio, and what it means. */
import type { ProviderReceipt } from '../connector';
import { phoneIn } from '../../domain/otp/phones';
import { isPermanentForTwilio } from './twilio-errors';
import { ownValue } from '../../domain/run/own-value';

export type Form = Readonly<Record<string, string>>;

const STATUSES: Readonly<Record<string, ProviderReceipt['status']>> = {
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
};

/** What a status callback says of a message; `receipt` is null where that is nothing final. */
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

/** Words by which people take leave, in the languages that they are written to in; carriers know the English ones. */
const STOP = new Set([
  ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'OPTOUT', 'REVOKE'],
  ...['ALTO', 'BAJA', 'PARAR', 'CANCELAR', 'SAIR'],
]);
const START = new Set(['START', 'UNSTOP', 'YES', 'ALTA', 'INICIAR', 'SI', 'SÍ', 'VOLTAR', 'SIM']);

/** What a person wrote to one of the account's numbers, where it is about being written to. */
export function parseOptOutReply({ From = '', Body = '' }: Form): {
  phone: string;
  wish: 'stop' | 'start';
} | null {
  const phone = phoneIn(From);
  const word = Body.trim()
    .replace(/[.!]+$/, '')
    .toUpperCase();
  if (!/^\+\d{7,15}$/.test(phone)) return null;
  if (STOP.has(word)) return { phone, wish: 'stop' };
  return START.has(word) ? { phone, wish: 'start' } : null;
}
