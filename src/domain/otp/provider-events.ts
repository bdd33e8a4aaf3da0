/** Converts results of providers to events. Returns none if the state has the information already. */
import type { OtpEvent } from './events';
import type { Receipt, SendResult } from './messages';
import { isNewInformation, isOpen, findSend } from './queries';
import type { OtpState } from './state';

type Answered = Extract<OtpEvent, { type: 'send_answered' }>;
type Reported = Extract<OtpEvent, { type: 'send_reported' }>;

/**
 * Converts a provider's response. `silent_at`: time at which a missing receipt becomes a failed attempt; null if none
 * is expected.
 */
export function eventFromSendResult(
  state: OtpState,
  answer: SendResult,
  silent_at: number | null,
): Answered | null {
  const send = findSend(state, answer);
  if (send === undefined || !isNewInformation(send, answer)) return null;
  const { order, send: number, status, provider_id, error_code } = answer;
  const data = { order, send: number, status, provider_id, error_code, silent_at };
  return { type: 'send_answered', data };
}

/** Converts a receipt. The first final status wins: contradicting receipts arrive late and out of order. */
export function eventFromReceipt(state: OtpState, receipt: Receipt): Reported | null {
  const send = findSend(state, receipt);
  if (send === undefined || !isOpen(send)) return null;
  const { order, send: number, status, error_code } = receipt;
  return { type: 'send_reported', data: { order, send: number, status, error_code } };
}
