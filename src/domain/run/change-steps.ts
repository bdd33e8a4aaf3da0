/** Applies events to the steps of a run. */
import type { NumberedEvent } from './events';
import { isFinalStep, type RunError, type RunStatus, type StepStatus } from './outcome';
import { withoutReview } from './review';
import type { RunView, StepView } from './run-view';

/** Changes the step of an event, unless it is over. */
export function withStep(
  view: RunView,
  event: NumberedEvent,
  change: (step: StepView) => StepView,
): RunView {
  const steps = view.steps.map((step) =>
    step.uuid === event.step_uuid && !isFinalStep(step.status)
      ? { ...change(step), updated_at: event.at }
      : step,
  );
  return { ...view, steps };
}

export function finishStep(
  view: RunView,
  event: NumberedEvent,
  status: StepStatus,
  fault: RunError | null,
): RunView {
  return withStep(view, event, (step) => ({ ...step, status, fault, finished_at: event.at }));
}

/** Ends the run. Unfinished steps end as `cancelled`. */
export function finish(
  view: RunView,
  at: number,
  status: RunStatus,
  fault: RunError | null,
): RunView {
  const steps = view.steps.map((step) =>
    isFinalStep(step.status)
      ? step
      : { ...step, status: 'cancelled' as const, finished_at: at, updated_at: at },
  );
  const ended = { ...view, status, fault, reason: fault?.code ?? null, steps, finished_at: at };
  return withoutReview(ended);
}
