/** Inputs of the OTP policy, and its decisions. */
import type { OtpEvent } from './events';
import type { Channel } from './policy';

/** Reason why a provider did not accept a message. */
export type Refusal =
  /** Only this message was refused; the next may be accepted. */
  | 'refused'
  /** The provider was unreachable or overloaded in all attempts of the send. */
  | 'unavailable'
  /** This channel can't reach the destination. */
  | 'permanent'
  /** The connector can't send with its current settings, or it is paused. */
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
  /** This channel can't reach the destination. */
  is_permanent?: boolean;
}

export type OtpInput =
  | { kind: 'begin' }
  | ({ kind: 'answer' } & SendResult)
  | ({ kind: 'receipt' } & Receipt)
  /** The time of `nextSilenceAt` has come. */
  | { kind: 'silence' }
  /** The person opened the run for the first time. */
  | { kind: 'opened' }
  /** The person asks for another send. */
  | { kind: 'resend' }
  /** Staff ask for another send. */
  | { kind: 'staff_resend' }
  | { kind: 'switch'; channel: Channel }
  /** A code was typed for a verification; only its keyed digest arrives here. */
  | { kind: 'code'; order: number; digest: string };

export type OtpDecisionResult =
  | { kind: 'accepted' }
  | { kind: 'refused'; code: 'action_not_allowed' | 'code_expired' }
  | { kind: 'refused'; code: 'resend_too_soon'; retry_after: number }
  | { kind: 'refused'; code: 'code_incorrect'; attempts_left: number };

export type OtpOutcome = 'verified' | 'delivery_exhausted' | 'guesses_exhausted';

export interface OtpDecision {
  /** `code_issued` has no digest here: the caller adds it. */
  events: OtpEvent[];
  verdict: OtpDecisionResult;
  outcome: OtpOutcome | null;
}
