/** Builds the response to a write. The workflow, the API's repeated requests and the tests all use it. */
import { nextDeadline } from './deadline';
import type { RunStatus, WaitingFor } from './outcome';
import { nextStep, waitingFor, type RunView, type StepView } from './view';

/**
 * The last event that MongoDB may lack, and the time of the first batch with that event: MongoDB has the event once a
 * batch of this time or later is stored. Both are needed, because an uncompleted workflow task may have stored events
 * with the same numbers.
 */
export interface UnstoredBatch {
  uuid: string;
  number: number;
  task_time: number;
}

/** The step of a message and the current state of the run. Times are milliseconds since the epoch. */
export interface RunSummary {
  step: StepView | null;
  run: {
    uuid: string;
    number: number;
    status: RunStatus;
    current_step_uuid: string | null;
    waiting_for: WaitingFor | null;
    deadline_at: number | null;
  };
  /** Last event that MongoDB may lack; null if it has all of them. */
  unstored: UnstoredBatch | null;
}

/** Summarizes a run after a message about the step `stepUuid` (or about the run). */
export function summarizeRun(
  view: RunView,
  stepUuid: string | null,
  unstored: UnstoredBatch | null = null,
): RunSummary {
  return {
    step: view.steps.find((step) => step.uuid === stepUuid) ?? null,
    run: {
      uuid: view.uuid,
      number: view.number,
      status: view.status,
      current_step_uuid: nextStep(view)?.uuid ?? null,
      waiting_for: waitingFor(view),
      deadline_at: nextDeadline(view)?.at ?? null,
    },
    unstored,
  };
}
