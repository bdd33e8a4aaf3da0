/** What can be said to a NIP, and what it answers. */
import type { OtpEvent } from './events';
import type { Channel } from './policy';

/** Why a provider didn't take a message. */
export type Refusal =
  /** This message; the next may go through. */
  | 'refused'
  /** Out of reach or overloaded, after all tries within the send. */
  | 'unavailable'
  /** This destination can't be reached through this channel. */
  | 'permanent'
  /** The connector can't send anything as it is set up, or it is paused. */
  | 'misconfigured';

export interface SendResult {
  send: number;
  order: number;
  status: 'sent' | 'failed' | 'unknown';
  refusal: Refusal | null;
  provider_id: string | null;
  error_code: string | null;
  gives_receipts: boolean;
}

export interface Receipt {
  send: number;
  order: number;
  status: 'delivered' | 'undelivered' | 'failed';
  error_code: string | null;
  /** This destination can't be reached through this channel. */
  is_permanent?: boolean;
}

export type OtpInput =
  | { kind: 'begin' }
  | ({ kind: 'answer' } & SendResult)
  | ({ kind: 'receipt' } & Receipt)
  /** The time of `silenceOf` has come. */
  | { kind: 'silence' }
  /** The person has come for the first time. */
  | { kind: 'opened' }
  /** The person asks for another message. */
  | { kind: 'wish' }
  | { kind: 'resend' }
  | { kind: 'switch'; channel: Channel }
  /** A code was typed for a verification; only its keyed digest comes here. */
  | { kind: 'code'; order: number; digest: string };

export type OtpDecisionResult =
  | { kind: 'accepted' }
  | { kind: 'refused'; code: 'action_not_allowed' | 'code_expired' }
  | { kind: 'refused'; code: 'resend_too_soon'; retry_after: number }
  | { kind: 'refused'; code: 'code_incorrect'; attempts_left: number };

export type OtpOutcome = 'verified' | 'delivery_exhausted' | 'guesses_exhausted';

export interface OtpDecision {
  /** `code_issued` comes without digest: who records it puts it in. */
  events: OtpEvent[];
  verdict: OtpDecisionResult;
  outcome: OtpOutcome | null;
}
