/** What a run does with each message that reaches it. Refusals are decided before anything is written to history. */
import {
  ApplicationFailure,
  condition,
  setDefaultSignalHandler,
  setHandler,
} from '@temporalio/workflow';
import { answerOf, type Answer } from '../runs/answer';
import { nextStep } from '../runs/view';
import { readCancellation } from './cancellation';
import type { Ticket } from './mailbox';
import {
  actionUpdate,
  cancelSignal,
  reconcileSignal,
  startUpdate,
  submitUpdate,
  viewQuery,
  type ActionMessage,
  type StartMessage,
  type SubmitMessage,
} from './messages';
import { isForeign } from './payload-converter';
import type { Run } from './run';

/** Activity closer than this to the last one isn't recorded anew, in milliseconds: reloading a page is one event. */
const ACTIVITY_GRAIN_MS = 5_000;
/** The longer a timeline, the coarser: somebody who reloads for a month must not fill the run's document. */
const EVENTS_PER_GRAIN = 100;
/** Ignored signals recorded per run; a flood of them must not fill its timeline. */
const MAX_IGNORED_SIGNALS = 20;

/** Registers every handler of a run. Call before anything is awaited. */
export function handleMessages(run: Run): void {
  setHandler(viewQuery, () => run.view, { description: 'The run as its events add up' });
  setHandler(startUpdate, (message) => run.inTurn(() => start(run, message)), {
    validator: (message) => requireOpen(run, message),
    description: 'Opens the run, or tells that its person is back',
  });
  setHandler(submitUpdate, (message) => run.inTurn(() => submit(run, message)), {
    validator: (message: SubmitMessage) => requireCurrent(run, message),
    description: 'Hands a sealed submission to the current step',
  });
  setHandler(actionUpdate, (message) => run.inTurn(() => act(run, message)), {
    validator: (message: ActionMessage) => requireKnownAction(run, message),
    description: 'A staff action with a verdict',
  });
  setHandler(cancelSignal, (...args: unknown[]) => run.inTurn(() => cancel(run, args)), {
    description: 'Cancels the run: {"by": "who", "reason": "short_code"}',
  });
  setHandler(reconcileSignal, () => run.inTurn(() => reconcile(run)), {
    description: 'Tells MongoDB where the run stands; changes nothing',
  });
  setDefaultSignalHandler((name) => run.inTurn(() => ignore(run, name, 'unknown')));
}

async function start(run: Run, message: StartMessage): Promise<Answer> {
  if (run.isOver) throw refusal(run);
  noteActivity(run, message.actor, message.submission_id);
  await condition(() => run.isQuiet || run.isOver);
  return answer(run, nextStep(run.view)?.uuid ?? null);
}

async function submit(run: Run, message: SubmitMessage): Promise<Answer> {
  if (isTaken(run, message)) return answer(run, message.step_uuid);
  if (nextStep(run.view)?.uuid !== message.step_uuid) throw refusal(run);
  noteActivity(run, message.actor, null);
  const ticket = run.mailbox.put(message);
  await condition(() => isSettled(run, ticket));
  run.mailbox.leave(ticket);
  await run.outbox.publish();
  if (ticket.verdict === undefined) throw refusal(run);
  if (ticket.verdict.kind === 'refused') {
    const { code, message: text, details } = ticket.verdict;
    throw ApplicationFailure.nonRetryable(text, code, details);
  }
  return answer(run, message.step_uuid);
}

async function act(run: Run, { actor, by, reason }: ActionMessage): Promise<Answer> {
  if (run.isOver) throw refusal(run);
  run.end('run_cancelled', actor, { by, reason, verified: true });
  return answer(run, null);
}

async function cancel(run: Run, args: unknown[]): Promise<void> {
  const cancellation = readCancellation(args);
  if (cancellation === null) return ignore(run, cancelSignal.name, 'malformed');
  run.end('run_cancelled', 'staff', { ...cancellation, verified: false });
  await run.outbox.publish();
}

async function reconcile(run: Run): Promise<void> {
  run.outbox.assert();
  await run.outbox.publish();
}

async function ignore(run: Run, name: string, cause: 'malformed' | 'unknown'): Promise<void> {
  if (run.isOver || run.view.ignored_signals >= MAX_IGNORED_SIGNALS) return;
  const known = /^[A-Za-z_]{1,40}$/.test(name) ? name : 'unnamed';
  run.record('signal_ignored', 'staff', { name: known, cause });
  await run.outbox.publish();
}

/** Opens an unopened run, brings an abandoned one back, and moves the abandonment clock. */
function noteActivity(run: Run, actor: StartMessage['actor'], submissionId: string | null): void {
  const { view } = run;
  if (view.started_at === null) {
    run.record('run_opened', actor, { submission_id: submissionId });
    return;
  }
  if (view.status === 'abandoned') run.record('run_resumed', actor, {});
  const grain = ACTIVITY_GRAIN_MS * Math.ceil(view.number / EVENTS_PER_GRAIN);
  const isFresh = Date.now() - (view.last_activity_at ?? 0) < grain;
  if (submissionId !== null || !isFresh) {
    run.record('person_active', actor, { submission_id: submissionId });
  }
}

/** A verdict is answered once the run has come to rest after it, so that the answer shows what follows from it. */
function isSettled(run: Run, ticket: Ticket): boolean {
  if (run.isOver) return true;
  if (ticket.verdict !== undefined) return run.isQuiet;
  return nextStep(run.view)?.uuid !== ticket.message.step_uuid;
}

/** A repetition of the submission that was taken: its first answer was lost, and it gets the same verdict. */
function isTaken(run: Run, message: SubmitMessage): boolean {
  const step = run.view.steps.find((each) => each.uuid === message.step_uuid);
  return step?.submission_ids.includes(message.id) ?? false;
}

function requireOpen(run: Run, message: unknown): void {
  if (isForeign(message) || typeof message !== 'object' || message === null) {
    throw ApplicationFailure.nonRetryable(
      'The message is not of this service.',
      'untrusted_message',
    );
  }
  if (run.isOver) throw refusal(run);
}

/** A worker that is older than the API must not take an action that it doesn't know for another one. */
function requireKnownAction(run: Run, message: { action: string }): void {
  requireOpen(run, message);
  if (message.action !== 'cancel') {
    throw ApplicationFailure.nonRetryable(
      'This worker knows no such action.',
      'action_not_allowed',
    );
  }
}

function requireCurrent(run: Run, message: SubmitMessage): void {
  if (!isForeign(message) && isTaken(run, message)) return;
  requireOpen(run, message);
  if (nextStep(run.view)?.uuid !== message.step_uuid) throw refusal(run);
}

function refusal(run: Run): ApplicationFailure {
  if (run.view.status === 'expired') {
    return ApplicationFailure.nonRetryable('The run has expired.', 'expired');
  }
  if (run.isOver) {
    return ApplicationFailure.nonRetryable('The run is finished.', 'already_finished');
  }
  return ApplicationFailure.nonRetryable("It is not this step's turn.", 'step_not_current');
}

async function answer(run: Run, stepUuid: string | null): Promise<Answer> {
  await run.outbox.publish();
  return answerOf(run.view, stepUuid, run.outbox.isEmpty);
}
