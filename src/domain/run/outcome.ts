/** How a step or a run can stand and end. Words are those of the public API. */

export type RunStatus =
  | 'pending'
  | 'in_progress'
  | 'abandoned'
  | 'postponed'
  | 'in_review'
  | 'success'
  | 'failed'
  | 'rejected'
  | 'expired'
  | 'cancelled';

export type StepStatus =
  | 'pending'
  | 'in_progress'
  | 'in_review'
  | 'success'
  | 'failed'
  | 'rejected'
  | 'skipped'
  | 'cancelled';

/** Whom or what a run waits for; null when it is over or works by itself. */
export type WaitingFor =
  'person' | 'reviewer' | 'provider' | 'message_approval' | 'contact_time' | 'integrator';

/** What a run does by itself when its deadline comes. */
export type DeadlineAction = 'expire' | 'abandon' | 'send_recovery' | 'fallback';

const FINAL_RUN_STATUSES: ReadonlySet<RunStatus> = new Set([
  'success',
  'failed',
  'rejected',
  'expired',
  'cancelled',
]);

const FINAL_STEP_STATUSES: ReadonlySet<StepStatus> = new Set([
  'success',
  'failed',
  'rejected',
  'skipped',
  'cancelled',
]);

/** True once a run can change no more. */
export function isFinalRun(status: RunStatus): boolean {
  return FINAL_RUN_STATUSES.has(status);
}

/** True once a step can change no more. */
export function isFinalStep(status: StepStatus): boolean {
  return FINAL_STEP_STATUSES.has(status);
}

/** A fault as the API shows it: `code` is stable, `reason` is a sentence for people. */
export interface RunError {
  code: string;
  reason: string;
  /** What a program may read beside the code. */
  extra?: Record<string, string>;
}

/** What a step type's `run` answers. */
export type StepOutcome =
  | { status: 'success' }
  | { status: 'failed'; fault: RunError }
  | { status: 'rejected'; fault: RunError };

/** The outcome of a step that holds. */
export const succeeded: StepOutcome = { status: 'success' };
