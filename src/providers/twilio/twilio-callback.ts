/** Verifies and parses Twilio's callbacks. */
import type { ProviderReceipt } from '../connector';
import { canonicalMobile } from '../../domain/identifiers/destinations';
import { isPermanentForTwilio } from './twilio-errors';
import { parseOptOutRequest, type OptOutRequest } from '../opt-out-words';
import { ownValue } from '../../domain/run/own-value';

export type Form = Readonly<Record<string, string>>;

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

/** An answer about being written to. */
export interface OptOutReply {
  /** In canonical form. */
  phone: string;
  request: OptOutRequest;
  /** Senders that it was an answer to, as `lineOf` names them; empty if Twilio doesn't tell. */
  lines: string[];
}

/**
 * Reads what a person wrote to one of the account's numbers; null if it isn't about being written to. What Twilio
 * decided (`OptOutType`) counts before the words: with advanced opt-out an account chooses its own
 * (https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out).
 */
export function parseOptOutReply(form: Form): OptOutReply | null {
  const { From = '', To = '', Body = '', MessagingServiceSid = '', OptOutType = '' } = form;
  const phone = canonicalMobile(withoutScheme(From));
  const request = OPT_OUT_TYPES.get(OptOutType.trim().toUpperCase()) ?? parseOptOutRequest(Body);
  if (phone === null || request === null) return null;
  const lines = [To, MessagingServiceSid].filter((line) => line !== '').map(lineOf);
  return { phone, request, lines };
}

const OPT_OUT_TYPES: ReadonlyMap<string, OptOutRequest> = new Map([
  ['STOP', 'stop'],
  ['START', 'start'],
  ['HELP', 'help'],
]);

/** Names a sender, whichever channel and form its address has: a phone, a short code or a messaging service. */
export function lineOf(address: string): string {
  const sender = withoutScheme(address).trim();
  return canonicalMobile(sender) ?? sender;
}

function withoutScheme(address: string): string {
  return address.replace(/^whatsapp:/, '');
}
