/** Types of a run's view: what its events add up to. */
import type { AddedMedia, Mode, PlannedStep, RunSettings } from './events';
import type { RunError, RunStatus, StepStatus, WaitingFor } from './outcome';
import type { RunHashes } from './run-hashes';

/** A pending review. */
export interface Review {
  /** Null: the run as a whole. */
  step_uuid: string | null;
  /** Milliseconds since the epoch. */
  since: number;
}

export interface StepView extends PlannedStep {
  status: StepStatus;
  waits_for: WaitingFor;
  /** Submissions taken, in order; the last holds the step's payload. */
  submission_ids: string[];
  fault: RunError | null;
  /** Files uploaded to the step, in order; absent if there are none. */
  media?: (AddedMedia & { at: number })[];
  /** State that the step type folds from its own events; only its own module reads it. Absent before the first. */
  state?: object;
  /** When the step next acts by itself, in milliseconds since the epoch; absent before its first event. */
  due_at?: number | null;
  started_at: number | null;
  finished_at: number | null;
  updated_at: number;
}

export interface RunView {
  uuid: string;
  account_uuid: string;
  mode: Mode;
  settings: RunSettings;
  /** Number of the last event folded. */
  number: number;
  /**
   * Sum of the times of all events, each in milliseconds after the first. A replayed workflow may see other times than
   * those it stored (docs/decisions/0009); then this differs.
   */
  times_sum: number;
  /** Sequence of the last webhook that this run owes its backend. */
  sequence: number;
  status: RunStatus;
  /** Why the run stands where it stands, as a stable code. */
  reason: string | null;
  fault: RunError | null;
  steps: StepView[];
  /** Submissions that belong to the run rather than to a step (where it was opened from). */
  submission_ids: string[];
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  updated_at: number;
  last_activity_at: number | null;
  /** The last activity, less the time for which the person wasn't the one to act: later than it after a review. */
  idle_since?: number;
  expires_at: number | null;
  /** The pending review, while the run is in review. */
  review?: Review;
  /** Since when the clocks of expiry and abandonment stand still, null while they run. */
  expiry_held_since: number | null;
  ignored_signals: number;
  /** By how much the run's clock is ahead of the server's, in milliseconds; sandbox only. */
  clock_offset?: number;
  /** Keyed hashes by which the run is found. */
  hashes?: RunHashes;
}
