/** Types of a run's view, the fold of its events. */
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
  /** Ids of accepted submissions, in order; the last has the step's payload. */
  submission_ids: string[];
  fault: RunError | null;
  /** Files uploaded to the step, in order; absent if there are none. */
  media?: (AddedMedia & { at: number })[];
  /**
   * State that the step type folds from its own events; only its own module reads it. Absent before the first event.
   */
  state?: object;
  /** Time at which the step next acts by itself, in milliseconds since the epoch; absent before its first event. */
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
  /** Number of the last folded event. */
  number: number;
  /**
   * Sum of the times of all events, each in milliseconds after the first. A replayed workflow may see other times than
   * those it stored (docs/decisions/0009); then this differs.
   */
  times_sum: number;
  /** Sequence of the last webhook that this run owes its backend. */
  sequence: number;
  status: RunStatus;
  /** Reason of the current status, as a stable code. */
  reason: string | null;
  fault: RunError | null;
  steps: StepView[];
  /** Ids of submissions of the run itself, not of a step (coordinates of its opening). */
  submission_ids: string[];
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  updated_at: number;
  last_activity_at: number | null;
  /** Time of the last activity, moved forward by the time during which the person was not the one to act. */
  idle_since?: number;
  expires_at: number | null;
  /** The pending review, while the run is in review. */
  review?: Review;
  /** Time since which the clocks of expiry and abandonment are paused; null while they run. */
  expiry_held_since: number | null;
  ignored_signals: number;
  /** Milliseconds by which the run's clock is ahead of the server's; sandbox only. */
  clock_offset?: number;
  /** Keyed hashes by which the run can be found. */
  hashes?: RunHashes;
}
