import type { Json } from '../domain/run/events';

/**
 * One valid setup and submission of a step type, submissions that it must refuse, and minimum content of its payload.
 */
export interface StepExample {
  setup: Json;
  /** Configuration that the setup refers to. */
  resolved?: Json;
  data: Json;
  refused: Json[];
  payload: Record<string, Json> | null;
}

const code = {
  ...{ length: 6, expires_in: 600, max_wrong: 5, max_sends: 5 },
  ...{ resend_after: 30, receipt_timeout: 60 },
};

export const EXAMPLE_NIP: Json = {
  verifications: [{ channel: 'sms', connector_uuid: null, backup: null }],
  code,
};
export const EXAMPLE_EMAIL_NIP: Json = {
  verifications: [{ channel: 'email', connector_uuid: null, backup: null }],
  code,
};

/** A valid signature for steps that sign. */
export const SIGNED = { accepted: true, signed_name: 'Ana Ejemplo' };
export const UNSIGNED: Json[] = [
  {},
  { accepted: true },
  { ...SIGNED, accepted: false },
  { ...SIGNED, signed_name: ' ' },
];
