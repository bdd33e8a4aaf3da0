/** What becomes known of a message, as the event that it is; nothing where it is no news. */
import type { LadderEvent } from './events';
import type { Receipt, SendAnswer } from './messages';
import { isNews, isOpen, sendOf } from './readings';
import type { LadderState } from './state';

type Answered = Extract<LadderEvent, { type: 'send_answered' }>;
type Reported = Extract<LadderEvent, { type: 'send_reported' }>;

/** Of a provider's answer. `silent_at`: from when on silence will be a failed attempt, null where it never will. */
export function eventOfAnswer(
  state: LadderState,
  answer: SendAnswer,
  silent_at: number | null,
): Answered | null {
  const send = sendOf(state, answer);
  if (send === undefined || !isNews(send, answer)) return null;
  const { order, send: number, status, provider_id, error_code } = answer;
  const data = { order, send: number, status, provider_id, error_code, silent_at };
  return { type: 'send_answered', data };
}

/** Of a receipt. The first word of the network stands: contradictions come late and out of order. */
export function eventOfReceipt(state: LadderState, receipt: Receipt): Reported | null {
  const send = sendOf(state, receipt);
  if (send === undefined || !isOpen(send)) return null;
  const { order, send: number, status, error_code } = receipt;
  return { type: 'send_reported', data: { order, send: number, status, error_code } };
}
