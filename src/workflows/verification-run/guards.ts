/** Refusals of a run. Update validators call these before anything is written to history. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { Json } from '../../domain/run/events';
import { MAX_EVENTS_OF_ACTIVITY } from '../../domain/run/deadline';
import { nextStep } from '../../domain/run/view';
import type { Decision } from '../step-work/step-inbox';
import type { SubmitMessage } from '../messages/messages';
import { isForeign } from '../converters/payload-converter';
import { stepTypeOf } from './catalogue';
import { IN_REVIEW } from './review';
import type { Run } from './run';
import { actionsOf } from '../staff/staff-actions';

/**
 * Returns true for a repetition of the accepted submission: the first response was lost, so the decision is the same.
 */
export function isAlreadyAccepted(
  run: Run,
  { id, step_uuid }: Pick<SubmitMessage, 'id' | 'step_uuid'>,
): boolean {
  const step = run.view.steps.find((each) => each.uuid === step_uuid);
  return step?.submission_ids.includes(id) ?? false;
}

/** Checks that a message is of this service and has its shape. @throws ApplicationFailure `untrusted_message`. */
export function requireShape<Message>(
  message: unknown,
  hasShape: (value: unknown) => value is Message,
): asserts message is Message {
  if (!isForeign(message) && hasShape(message)) return;
  const text = 'The message is not of this service.';
  throw ApplicationFailure.nonRetryable(text, 'untrusted_message');
}

export function requireOpen(run: Run): void {
  if (run.isOver) throw refusal(run);
}

/** @throws ApplicationFailure if the run is over, or has so many events that its clock may not be moved any more. */
export function requireAdvanceable(run: Run): void {
  requireOpen(run);
  if (run.view.number <= MAX_EVENTS_OF_ACTIVITY) return;
  throw refuse(run, 'action_not_allowed', 'This run has too many events. Create a new one.');
}

/** Checks that the facts of a submission are of the kind that its step decides by. */
export function requireFacts(run: Run, { step_uuid, facts }: SubmitMessage): void {
  const step = run.view.steps.find(({ uuid }) => uuid === step_uuid);
  const type = step && stepTypeOf(run.catalogue, step.key);
  requireShape(facts, (value): value is Json => type?.acceptsFacts?.(value) ?? true);
}

/** A worker that is older than the API must not take an action that it doesn't know for another one. */
export function requireKnownAction(run: Run, message: { action: string }): void {
  requireOpen(run);
  if (actionsOf(run).includes(message.action)) return;
  const text = 'This worker knows no such action.';
  throw ApplicationFailure.nonRetryable(text, 'action_not_allowed');
}

export function requireCurrent(run: Run, message: Pick<SubmitMessage, 'id' | 'step_uuid'>): void {
  if (isAlreadyAccepted(run, message)) return;
  requireOpen(run);
  requireTurn(run, message.step_uuid);
}

/** @throws ApplicationFailure if it is not the step's turn, or if a reviewer has to decide first. */
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

/** Builds a refusal. Its second detail names the events that MongoDB may lack, so that the API can wait for them. */
export function refuse(
  run: Run,
  code: string,
  message: string,
  details: Json = null,
): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code, details, run.publisher.unstored);
}
