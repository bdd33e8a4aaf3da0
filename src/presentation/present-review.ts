import type { RunRecord } from '../store/runs/runs';
import { openCreation } from '../store/runs/sealed-content';
import { timestamp } from '../domain/run/timestamps';

/**
 * Presents an entry of the reviewers' queue. `key` is null if it was destroyed.
 * @throws Error for a run that isn't in review: a bug.
 */
export function presentReview({ _id, view, sealed }: RunRecord, key: Buffer | null) {
  const { review, reason, settings } = view;
  if (review === undefined) throw new Error(`run ${_id} is not in review`);
  const step = view.steps.find(({ uuid }) => uuid === review.step_uuid);
  const creation = key === null ? null : openCreation(key, _id, sealed);
  return {
    workflow_uuid: _id,
    step_uuid: review.step_uuid,
    step: step?.key ?? null,
    custom_id: step?.custom_id ?? null,
    reason,
    in_review_since: timestamp(review.since),
    people_uuid: settings.people_uuid,
    external_reference_id: creation?.external_reference_id ?? null,
  };
}
