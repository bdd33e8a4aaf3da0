import type { StepKey } from './index';

/** Step keys for examples and descriptions of the API document; code outside the steps names none itself. */
export const EXAMPLE_KEYS = {
  consent: 'acceptance',
  form: 'custom_form',
  phone: 'verify_phone_number',
  email: 'verify_email',
  face: 'auth',
} as const satisfies Record<string, StepKey>;
