/** Events of a one-time code. Stored runs and the timeline depend on these names: add, never rename. */
import type { RequestReason, DestinationHashes } from '../run/events';
import type { Channel } from './policy';

/** Reason for a send. */
export type SendCause = 'first' | 'delivery_failed' | 'resend' | 'staff' | 'opened';

/** Reason why a send counts as a failed attempt. */
export type FailureCause = 'refused' | 'undelivered' | 'silence' | 'resend';

export interface OtpEventData {
  /** Destinations are fixed from this event on. Masked here; in clear only under `submission_id`. */
  destinations_fixed: {
    submission_id: string;
    phone: string | null;
    email: string | null;
    /** Keyed hashes of the destinations, by which the run can be found. */
    hashes?: DestinationHashes;
  };
  verification_started: { order: number };
  /** A code was issued. `digest` is keyed (`key_id`); the code itself is derived when it is sent. */
  code_issued: { order: number; issue: number; key_id: string; digest: string; expires_at: number };
  /** A send is about to start. */
  send_queued: {
    order: number;
    send: number;
    issue: number;
    channel: Channel;
    connector_uuid: string | null;
    cause: SendCause;
    /** Name and reason, if staff asked for the send. */
    asked?: RequestReason;
  };
  /**
   * The provider accepted or refused the send, or the result is unknown. `silent_at`: time at which missing receipts
   * become a failure.
   */
  send_answered: {
    order: number;
    send: number;
    status: 'sent' | 'failed' | 'unknown';
    provider_id: string | null;
    error_code: string | null;
    silent_at: number | null;
  };
  /** A receipt arrived. */
  send_reported: {
    order: number;
    send: number;
    status: 'delivered' | 'undelivered' | 'failed';
    error_code: string | null;
  };
  /** A send counts as a failed attempt. At most once for each send. */
  send_failed: { order: number; send: number; cause: FailureCause };
  channel_changed: {
    order: number;
    channel: Channel;
    connector_uuid: string | null;
    backup_active: boolean;
    cause: 'failed_attempts' | 'permanent_failure' | 'staff';
    asked?: RequestReason;
  };
  /** A wrong code was typed. `wrong_codes` includes this one. */
  code_refused: { order: number; wrong_codes: number };
  verification_passed: { order: number };
  verification_failed: { order: number; cause: 'delivery_exhausted' | 'guesses_exhausted' };
}

export type OtpEventType = keyof OtpEventData;

export type OtpEvent = {
  [Type in OtpEventType]: { type: Type; data: OtpEventData[Type] };
}[OtpEventType];
