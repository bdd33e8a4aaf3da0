/** Handlers of all messages to a run. Refusals are decided before anything is written to history. */
import { condition, defineSignal, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import { summarizeRun, type RunSummary } from '../../domain/run/run-summary';
import { nextStep } from '../../domain/run/view';
import type { StepMessage } from '../../steps/contract';
import { advanceTo } from './advance';
import {
  isAlreadyAccepted,
  notApplicable,
  refusal,
  requireAccepted,
  requireAdvanceable,
  requireCurrent,
  requireFacts,
  requireKnownAction,
  requireOpen,
  requireShape,
  requireTurn,
} from './guards';
import { requireUploadable, recordMedia } from './media';
import { stepTypeOf } from './catalogue';
import { deliverOrKeep } from '../projection/late-events';
import {
  actionUpdate,
  advanceUpdate,
  reconcileSignal,
  reportSignal,
  resendUpdate,
  startUpdate,
  submitUpdate,
  uploadUpdate,
  viewQuery,
  type ActionMessage,
  type ResendMessage,
  type StartMessage,
  type SubmitMessage,
  type UploadMessage,
} from '../messages/messages';
import {
  isActionMessage,
  isAdvanceMessage,
  isResendMessage,
  isStartMessage,
  isStepReport,
  isSubmitMessage,
  isUploadMessage,
} from '../messages/message-shapes';
import { isForeign } from '../converters/payload-converter';
import type { Run } from './run';
import { actionsOf, carryOutAction } from '../staff/staff-actions';
import { noteActivity } from '../deadlines/note-activity';
import { parseStaffMessage } from '../staff/staff-message';
import { endIfLate } from '../deadlines/watch-deadline';

/** Maximum number of ignored signals recorded in a run, so that a flood of them can't fill its timeline. */
const MAX_IGNORED_SIGNALS = 20;

/** Registers every handler of a run. Call before anything is awaited. */
export function handleMessages(run: Run): void {
  handleUpdates(run);
  handleStaffUpdates(run);
  setHandler(viewQuery, () => run.view, { description: 'The state of the run' });
  for (const action of actionsOf(run)) {
    const onSignal = (...args: unknown[]) => run.inTurn(() => handleStaffSignal(run, action, args));
    setHandler(defineSignal<unknown[]>(action), onSignal, {
      description: 'Staff: {"by": "name", "reason": "short_code"}, and the fields of the action',
    });
  }
  setHandler(reportSignal, (message) => run.inTurn(() => report(run, message)), {
    description: 'A report from outside about a call of a step, such as a delivery receipt',
  });
  setHandler(reconcileSignal, () => run.inTurn(() => reconcile(run)), {
    description: 'Publishes the state of the run to MongoDB again',
  });
  setDefaultSignalHandler((name) => run.inTurn(() => ignore(run, name, 'unknown')));
}

function handleUpdates(run: Run): void {
  setHandler(startUpdate, (message) => run.inTurn(() => start(run, message)), {
    validator: (message) => {
      requireShape(message, isStartMessage);
      requireOpen(run);
    },
    description: 'Opens the run, or records that its person is active again',
  });
  setHandler(submitUpdate, (message) => run.inTurn(() => submit(run, message)), {
    validator: (message: unknown) => {
      requireShape(message, isSubmitMessage);
      requireFacts(run, message);
      requireCurrent(run, message);
    },
    description: 'Delivers a sealed submission to the current step',
  });
  setHandler(resendUpdate, (message) => run.inTurn(() => resend(run, message)), {
    validator: (message: unknown) => {
      requireShape(message, isResendMessage);
      requireCurrent(run, { ...message, id: '' });
    },
    description: 'Asks the current step to send its message again',
  });
  setHandler(uploadUpdate, (message) => run.inTurn(() => upload(run, message)), {
    validator: (message: unknown) => {
      requireShape(message, isUploadMessage);
      requireUploadable(run, message);
    },
    description: 'Records a file that was uploaded to the current step',
  });
}

function handleStaffUpdates(run: Run): void {
  setHandler(actionUpdate, (message) => run.inTurn(() => act(run, message)), {
    validator: (message: unknown) => {
      requireShape(message, isActionMessage);
      requireKnownAction(run, message);
    },
    description: 'A staff action, with its result',
  });
  setHandler(advanceUpdate, (message) => run.inTurn(() => advance(run, message)), {
    validator: (message: unknown) => {
      requireShape(message, isAdvanceMessage);
      requireAdvanceable(run);
    },
    description: "Moves the run's clock forward; sandbox only",
  });
}

async function start(run: Run, message: StartMessage): Promise<RunSummary> {
  await endIfLate(run);
  if (run.isOver) throw refusal(run);
  await showUp(run, message.actor, message.submission_id);
  return answer(run, nextStep(run.view)?.uuid ?? null);
}

async function showUp(run: Run, actor: StartMessage['actor'], id: string | null): Promise<void> {
  const isFirst = run.view.started_at === null;
  noteActivity(run, actor, id);
  await condition(() => run.isSettled);
  if (isFirst) await notifyOpened(run);
}

/** Notifies a step that was running before its person opened the run, if its type asks for that. */
async function notifyOpened(run: Run): Promise<void> {
  const step = nextStep(run.view);
  if (step?.status !== 'in_progress') return;
  const type = stepTypeOf(run.catalogue, step.key);
  if (type?.hearsOpened === true) await run.deliver(step.uuid, { kind: 'opened' });
}

async function submit(run: Run, message: SubmitMessage): Promise<RunSummary> {
  const { id, step_uuid, actor, facts, sealed } = message;
  if (isAlreadyAccepted(run, message)) return answer(run, step_uuid);
  return deliver(run, message, { kind: 'submission', id, facts, actor, sealed });
}

async function upload(run: Run, message: UploadMessage): Promise<RunSummary> {
  await recordMedia(run, message, () => showUp(run, message.actor, null));
  return answer(run, message.step_uuid);
}

async function resend(run: Run, message: ResendMessage): Promise<RunSummary> {
  return deliver(run, message, { kind: 'resend', actor: message.actor });
}

/** Delivers a message of a person or its backend to the current step. */
async function deliver(
  run: Run,
  { step_uuid, actor }: Pick<SubmitMessage, 'step_uuid' | 'actor'>,
  message: StepMessage,
): Promise<RunSummary> {
  await endIfLate(run);
  requireTurn(run, step_uuid);
  const isFirst = run.view.started_at === null;
  noteActivity(run, actor, null);
  const decision = await run.deliver(step_uuid, message);
  if (isFirst) await notifyOpened(run);
  requireAccepted(run, decision);
  return answer(run, step_uuid);
}

async function act(run: Run, message: ActionMessage): Promise<RunSummary> {
  const { action, actor, by, reason, details = {} } = message;
  if (run.isOver) throw refusal(run);
  if (action === 'cancel') {
    run.end('run_cancelled', actor, { by, reason, verified: true });
    return answer(run, null);
  }
  const asked = { by, reason, verified: true };
  const result = await carryOutAction(run, { action, details, actor, asked });
  if (result?.kind === 'not_applicable' || result?.kind === 'malformed') throw notApplicable(run);
  requireAccepted(run, result);
  return answer(run, nextStep(run.view)?.uuid ?? null);
}

/** Executes a staff action sent by signal. Records the signal as ignored if the action does not apply. */
async function handleStaffSignal(run: Run, action: string, args: unknown[]): Promise<void> {
  const message = parseStaffMessage(args);
  if (message === null) return ignore(run, action, 'malformed');
  const { by, reason, details } = message;
  const asked = { by, reason, verified: false };
  if (action === 'cancel') {
    run.end('run_cancelled', 'staff', asked);
    return run.publisher.publish();
  }
  const result = await carryOutAction(run, { actor: 'staff', asked, action, details });
  if (result?.kind === 'accepted') return;
  await ignore(run, action, result?.kind === 'malformed' ? 'malformed' : 'not_applicable');
}

async function report(run: Run, message: unknown): Promise<void> {
  if (isForeign(message) || !isStepReport(message))
    return ignore(run, reportSignal.name, 'malformed');
  const { step_uuid, report: told } = message;
  const step = run.view.steps.find(({ uuid }) => uuid === step_uuid);
  const type = step && stepTypeOf(run.catalogue, step.key);
  if (type?.acceptsReport?.(told) !== true) return ignore(run, reportSignal.name, 'malformed');
  await deliverOrKeep(run, step_uuid, { kind: 'report', report: told });
}

async function advance(run: Run, { minutes }: { minutes: number }): Promise<RunSummary> {
  await advanceTo(run, run.now + minutes * 60_000);
  return answer(run, nextStep(run.view)?.uuid ?? null);
}

async function reconcile(run: Run): Promise<void> {
  run.publisher.assert();
  await run.publisher.publish();
}

async function ignore(
  run: Run,
  name: string,
  cause: 'malformed' | 'unknown' | 'not_applicable',
): Promise<void> {
  if (run.isOver || run.view.ignored_signals >= MAX_IGNORED_SIGNALS) return;
  const known = /^[A-Za-z_]{1,40}$/.test(name) ? name : 'unnamed';
  run.record('signal_ignored', 'staff', { name: known, cause });
  await run.publisher.publish();
}

async function answer(run: Run, stepUuid: string | null): Promise<RunSummary> {
  await run.publisher.publish();
  return summarizeRun(run.view, stepUuid, run.publisher.unstored);
}
