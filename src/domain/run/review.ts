/** Applies reviews of a step or of the run as a whole. */
import type { RequestReason, NumberedEvent } from './events';
import type { RunError } from './outcome';
import type { RunView } from './run-view';

/** Returns the error of a rejected step or run. */
export function buildRejection({ reason }: RequestReason): RunError {
  const code = 'rejected_by_reviewer';
  return { code, reason: `A reviewer rejected it: ${reason}`, extra: { reason } };
}

/** Resumes the run, if the subject of the event was in review. */
export function endReview(view: RunView, { step_uuid }: NumberedEvent): RunView {
  if (view.review === undefined || view.review.step_uuid !== step_uuid) return view;
  const status = view.started_at === null ? 'pending' : 'in_progress';
  return withoutReview({ ...view, status, reason: null });
}

/** Returns the run without its review. */
export function withoutReview({ review: _over, ...view }: RunView): RunView {
  return view;
}

/** Returns when the person's absence began; null before the run was opened. */
export function idleSince({ last_activity_at, idle_since = 0 }: RunView): number | null {
  return last_activity_at === null ? null : Math.max(last_activity_at, idle_since);
}
