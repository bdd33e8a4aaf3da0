/** What a run refuses, and how it says so. Validators decide by these before anything is written to history. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { Json } from '../../domain/run/events';
import { nextStep } from '../../domain/run/view';
import type { Decision } from '../step-work/step-inbox';
import type { SubmitMessage } from '../messages/messages';
import { isForeign } from '../converters/payload-converter';
import { IN_REVIEW } from './review';
import type { Run } from './run';
import { actionsOf } from '../staff/staff-actions';

/** A repetition of the submission that was taken: its first answer was lost, and it gets the same verdict. */
export function isAlreadyAccepted(
  run: Run,
  { id, step_uuid }: Pick<SubmitMessage, 'id' | 'step_uuid'>,
): boolean {
  const step = run.view.steps.find((each) => each.uuid === step_uuid);
  return step?.submission_ids.includes(id) ?? false;
}

export function requireOpen(run: Run, message: unknown): void {
  if (isForeign(message) || typeof message !== 'object' || message === null) {
    throw ApplicationFailure.nonRetryable(
      'The message is not of this service.',
      'untrusted_message',
    );
  }
  if (run.isOver) throw refusal(run);
}

/** A worker that is older than the API must not take an action that it doesn't know for another one. */
export function requireKnownAction(run: Run, message: { action: string }): void {
  requireOpen(run, message);
  if (actionsOf(run).includes(message.action)) return;
  const text = 'This worker knows no such action.';
  throw ApplicationFailure.nonRetryable(text, 'action_not_allowed');
}

export function requireCurrent(run: Run, message: Pick<SubmitMessage, 'id' | 'step_uuid'>): void {
  if (!isForeign(message) && isAlreadyAccepted(run, message)) return;
  requireOpen(run, message);
  requireTurn(run, message.step_uuid);
}

/** What comes for a step is refused where it isn't its turn, and while a reviewer is awaited. */
export function requireTurn(run: Run, stepUuid: string): void {
  if (nextStep(run.view)?.uuid !== stepUuid) throw refusal(run);
  if (run.view.review === undefined) return;
  throw refuse(run, 'action_not_allowed', IN_REVIEW);
}

export function requireAccepted(run: Run, decision: Decision | undefined): void {
  if (decision === undefined) throw refusal(run);
  if (decision.kind === 'accepted') return;
  throw refuse(run, decision.code, decision.message, decision.details);
}

export function notApplicable(run: Run): ApplicationFailure {
  return refuse(run, 'action_not_allowed', 'This does not apply now.');
}

export function refusal(run: Run): ApplicationFailure {
  if (run.view.status === 'expired') return refuse(run, 'expired', 'The run has expired.');
  if (run.isOver) return refuse(run, 'already_finished', 'The run is finished.');
  return refuse(run, 'step_not_current', "It is not this step's turn.");
}

/** Makes a refusal. Its second detail is what MongoDB lacks of the events that led to it, for the API to wait for. */
export function refuse(
  run: Run,
  code: string,
  message: string,
  details: Json = null,
): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code, details, run.publisher.unstored);
}
