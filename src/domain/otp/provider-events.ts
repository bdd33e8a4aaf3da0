/** What becomes known of a message, as the event that it is; nothing where it is no news. */
import type { OtpEvent } from './events';
import type { Receipt, SendResult } from './messages';
import { isNewInformation, isOpen, findSend } from './queries';
import type { OtpState } from './state';

type Answered = Extract<OtpEvent, { type: 'send_answered' }>;
type Reported = Extract<OtpEvent, { type: 'send_reported' }>;

/** Of a provider's answer. `silent_at`: from when on silence will be a failed attempt, null where it never will. */
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

/** Of a receipt. The first word of the network stands: contradictions come late and out of order. */
export function eventFromReceipt(state: OtpState, receipt: Receipt): Reported | null {
  const send = findSend(state, receipt);
  if (send === undefined || !isOpen(send)) return null;
  const { order, send: number, status, error_code } = receipt;
  return { type: 'send_reported', data: { order, send: number, status, error_code } };
}
