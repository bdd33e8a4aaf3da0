/** Waits for a reviewer and applies the decision. */
import type { Actor } from '../../domain/run/events';
import { succeeded, type StepOutcome } from '../../domain/run/outcome';
import { buildRejection } from '../../domain/run/review';
import type { StaffRequest, StepMessage, StepRequest } from '../../steps/contract';
import type { Run } from './run';

export type ReviewDecision = 'approved' | 'rejected';

/** Waits for the review of a step. `next` returns its messages. */
export async function reviewStep(
  run: Run,
  uuid: string,
  reason: string,
  next: () => Promise<StepRequest<StepMessage>>,
): Promise<StepOutcome> {
  if (run.view.review?.step_uuid !== uuid) {
    run.record('review_requested', 'system', { reason }, uuid);
  }
  for (;;) {
    const request = await next();
    const { message } = request;
    if (message.kind !== 'decision') {
      request.refuse('action_not_allowed', IN_REVIEW);
      continue;
    }
    request.accept();
    recordDecision(run, message.decision, message, uuid);
    if (message.decision === 'approved') return succeeded;
    return { status: 'rejected', fault: buildRejection(message.asked) };
  }
}

/** Text of the refusal of other messages to a step in review. */
export const IN_REVIEW =
  'This workflow is in review and accepts no input until a reviewer has decided.';

/** Records the decision. */
export function recordDecision(
  run: Run,
  decision: ReviewDecision,
  { actor, asked }: { actor: Actor; asked: StaffRequest['asked'] },
  stepUuid: string | null,
): void {
  run.record(
    decision === 'approved' ? 'review_approved' : 'review_rejected',
    actor,
    asked,
    stepUuid,
  );
}
