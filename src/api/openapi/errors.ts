/** Error codes shared by similar routes. */
import type { ProblemCode } from '../problems';

/** Error codes of all writes to a run. */
export const WRITING: readonly ProblemCode[] = ['already_finished', 'expired', 'already_created'];

export const SUBMITTING: readonly ProblemCode[] = [
  ...WRITING,
  ...(['step_not_current', 'submission_refused', 'geolocation_required'] as const),
  ...(['code_incorrect', 'code_expired', 'guesses_exhausted', 'action_not_allowed'] as const),
];

export const UPLOADING: readonly ProblemCode[] = [
  ...WRITING,
  ...(['step_not_current', 'submission_refused'] as const),
];

export const RESENDING: readonly ProblemCode[] = [
  ...WRITING,
  ...(['step_not_current', 'action_not_allowed', 'resend_too_soon'] as const),
];
