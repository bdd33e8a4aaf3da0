import type { OtpEventType } from '../../../domain/otp/events';

const TYPES = {
  destinations_fixed: true,
  verification_started: true,
  code_issued: true,
  send_queued: true,
  send_answered: true,
  send_reported: true,
  send_failed: true,
  channel_changed: true,
  code_refused: true,
  verification_passed: true,
  verification_failed: true,
} satisfies Record<OtpEventType, true>;

/** Event types of a code. */
export const CODE_EVENT_TYPES: readonly string[] = Object.keys(TYPES);
