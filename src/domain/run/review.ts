/** A reviewer's part in a run: of one of its steps, or of the run as a whole. */
import type { RequestReason, NumberedEvent } from './events';
import type { RunError } from './outcome';
import type { RunView } from './run-view';

/** The fault of what a reviewer rejected. */
export function buildRejection({ reason }: RequestReason): RunError {
  const code = 'rejected_by_reviewer';
  return { code, reason: `A reviewer rejected it: ${reason}`, extra: { reason } };
}

/** Has the run go on where what the event is about was in review. */
export function endReview(view: RunView, { step_uuid }: NumberedEvent): RunView {
  if (view.review === undefined || view.review.step_uuid !== step_uuid) return view;
  const status = view.started_at === null ? 'pending' : 'in_progress';
  return withoutReview({ ...view, status, reason: null });
}

/** A run that nobody is asked to review. */
export function withoutReview({ review: _over, ...view }: RunView): RunView {
  return view;
}

/** From when on the person's absence counts; null before the run was opened. */
export function idleSince({ last_activity_at, idle_since = 0 }: RunView): number | null {
  return last_activity_at === null ? null : Math.max(last_activity_at, idle_since);
}
