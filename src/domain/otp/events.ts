/** Events of a one-time code. Stored runs and the timeline depend on these names: add, never rename. */
import type { RequestReason, DestinationHashes } from '../run/events';
import type { Channel } from './policy';

/** Why a message goes out. */
export type SendCause = 'first' | 'delivery_failed' | 'wish' | 'staff' | 'opened';

/** Why a send counts as a failed attempt (seed 000). */
export type FailureCause = 'refused' | 'undelivered' | 'silence' | 'wish';

export interface OtpEventData {
  /** Destinations hold from here on; masked here, in clear only under `submission_id`. */
  destinations_fixed: {
    submission_id: string;
    phone: string | null;
    email: string | null;
    /** Keyed: by which the run is found by whom it wrote to. */
    hashes?: DestinationHashes;
  };
  verification_started: { order: number };
  /** A code came to be. `digest` is keyed (`key_id`); the code itself is derived where it is sent. */
  code_issued: { order: number; issue: number; key_id: string; digest: string; expires_at: number };
  /** A message is about to go out. */
  send_queued: {
    order: number;
    send: number;
    issue: number;
    channel: Channel;
    connector_uuid: string | null;
    cause: SendCause;
    /** Where staff asked for it. */
    asked?: RequestReason;
  };
  /** The provider took or refused it, or nobody knows. `silent_at`: from when on silence is a failure. */
  send_answered: {
    order: number;
    send: number;
    status: 'sent' | 'failed' | 'unknown';
    provider_id: string | null;
    error_code: string | null;
    silent_at: number | null;
  };
  /** A receipt came. */
  send_reported: {
    order: number;
    send: number;
    status: 'delivered' | 'undelivered' | 'failed';
    error_code: string | null;
  };
  /** A send counts as a failed attempt; each does at most once. */
  send_failed: { order: number; send: number; cause: FailureCause };
  channel_changed: {
    order: number;
    channel: Channel;
    connector_uuid: string | null;
    backup_active: boolean;
    cause: 'failed_attempts' | 'permanent_failure' | 'staff';
    asked?: RequestReason;
  };
  /** A wrong code was typed; `wrong_codes` with this one. */
  code_refused: { order: number; wrong_codes: number };
  verification_passed: { order: number };
  verification_failed: { order: number; cause: 'delivery_exhausted' | 'guesses_exhausted' };
}

export type OtpEventType = keyof OtpEventData;

export type OtpEvent = {
  [Type in OtpEventType]: { type: Type; data: OtpEventData[Type] };
}[OtpEventType];
