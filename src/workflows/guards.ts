/** What a run refuses, and how it says so. Validators decide by these before anything is written to history. */
import { ApplicationFailure } from '@temporalio/workflow';
import { nextStep } from '../runs/view';
import type { Verdict } from './mailbox';
import type { SubmitMessage } from './messages';
import { isForeign } from './payload-converter';
import type { Run } from './run';

const ACTIONS: readonly string[] = ['cancel', 'resend_code', 'switch_channel'];

/** A repetition of the submission that was taken: its first answer was lost, and it gets the same verdict. */
export function isTaken(
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
  if (ACTIONS.includes(message.action)) return;
  const text = 'This worker knows no such action.';
  throw ApplicationFailure.nonRetryable(text, 'action_not_allowed');
}

export function requireCurrent(run: Run, message: Pick<SubmitMessage, 'id' | 'step_uuid'>): void {
  if (!isForeign(message) && isTaken(run, message)) return;
  requireOpen(run, message);
  if (nextStep(run.view)?.uuid !== message.step_uuid) throw refusal(run);
}

export function requireAccepted(run: Run, verdict: Verdict | undefined): void {
  if (verdict === undefined) throw refusal(run);
  if (verdict.kind === 'accepted') return;
  throw ApplicationFailure.nonRetryable(verdict.message, verdict.code, verdict.details);
}

export function notApplicable(): ApplicationFailure {
  return ApplicationFailure.nonRetryable('This does not apply now.', 'action_not_allowed');
}

export function refusal(run: Run): ApplicationFailure {
  if (run.view.status === 'expired') {
    return ApplicationFailure.nonRetryable('The run has expired.', 'expired');
  }
  if (run.isOver) {
    return ApplicationFailure.nonRetryable('The run is finished.', 'already_finished');
  }
  return ApplicationFailure.nonRetryable("It is not this step's turn.", 'step_not_current');
}
