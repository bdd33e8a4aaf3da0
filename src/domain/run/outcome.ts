/** Statuses of steps and runs, with the names of the public API. */

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

/** The party that a run waits for, with the names of the public API. */
export type WaitingFor =
  'person' | 'reviewer' | 'provider' | 'message_approval' | 'contact_time' | 'integrator';

/** Action of a run at its deadline. */
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

/** Returns true if a run with this status can't change any more. */
export function isFinalRun(status: RunStatus): boolean {
  return FINAL_RUN_STATUSES.has(status);
}

/** Returns true if a step with this status can't change any more. */
export function isFinalStep(status: StepStatus): boolean {
  return FINAL_STEP_STATUSES.has(status);
}

/** An error as the API shows it: `code` is stable, `reason` is a sentence for people. */
export interface RunError {
  code: string;
  reason: string;
  /** Machine-readable details beside the code. */
  extra?: Record<string, string>;
}

/** Result of a step type's `run`. */
export type StepOutcome =
  | { status: 'success' }
  | { status: 'failed'; fault: RunError }
  | { status: 'rejected'; fault: RunError };

/** The outcome of a successful step. */
export const succeeded: StepOutcome = { status: 'success' };
