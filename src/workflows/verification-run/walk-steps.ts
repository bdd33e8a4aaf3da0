/** Executes the steps of a run in order. Uses step types through their contract only. */
import type {
  BackgroundCall,
  StepContext,
  StepMessage,
  StepRequest,
  Submission,
} from '../../steps/contract';
import type { Json } from '../../domain/run/events';
import type { StepOutcome } from '../../domain/run/outcome';
import { nextStep, type StepView } from '../../domain/run/view';
import { callInBackground, callWithPendingEvents } from '../projection/attached-events';
import { stepTypeOf } from './catalogue';
import type { AfterStep, RunHooks } from './hooks';
import { deliverOrKeep } from '../projection/late-events';
import { reviewStep } from './review';
import type { Run } from './run';
import { callActivity } from '../step-work/step-calls';
import type { Decision, PendingMessage } from '../step-work/step-inbox';

/** Executes the remaining steps of a run, up to the last step or the step that ends the run. */
export async function walkSteps(run: Run, hooks: RunHooks): Promise<void> {
  if (run.view.settings.start === 'on_open') {
    await run.rest(() => run.view.started_at !== null);
  }
  // The run may have been continued as new during this wait.
  await untilReviewed(run);
  for (let step = nextStep(run.view); step !== undefined; step = nextStep(run.view)) {
    if ((await hooks.beforeStep(run, step)) === 'skip') {
      run.record('step_skipped', 'system', {}, step.uuid);
      continue;
    }
    conclude(run, step, await executeStep(run, step));
    if (run.isOver) return;
    await follow(run, await hooks.afterStep(run, step));
  }
  run.end('run_succeeded', 'system', {});
}

async function follow(run: Run, after: AfterStep): Promise<void> {
  if (after.kind === 'reject') run.end('run_rejected', 'system', after.fault);
  if (after.kind !== 'review') return;
  run.record('review_requested', 'system', { reason: after.reason });
  await untilReviewed(run);
}

/** Waits for the review of the run as a whole. */
async function untilReviewed(run: Run): Promise<void> {
  if (run.view.review?.step_uuid === null) await run.rest(() => run.view.review === undefined);
}

async function executeStep(run: Run, step: StepView): Promise<StepOutcome> {
  const type = stepTypeOf(run.catalogue, step.key);
  if (type === undefined) throw new Error(`this worker knows no step type ${step.key}`);
  if (step.status === 'pending') {
    run.record('step_started', 'system', { waits_for: type.waitsFor }, step.uuid);
  }
  return type.run(contextOf(run, step));
}

function conclude(run: Run, step: StepView, outcome: StepOutcome): void {
  if (outcome.status === 'success') {
    run.record('step_succeeded', 'system', {}, step.uuid);
  } else if (outcome.status === 'failed') {
    run.record('step_failed', 'system', outcome.fault, step.uuid);
    run.end('run_failed', 'system', outcome.fault);
  } else {
    run.record('step_rejected', 'system', outcome.fault, step.uuid);
    run.end('run_rejected', 'system', outcome.fault);
  }
}

function contextOf(run: Run, { uuid, settings }: StepView): StepContext<Json, Json> {
  const next = async () => {
    await run.rest(() => run.inbox.hasMessageFor(uuid));
    return requestOf(run, run.inbox.next(uuid));
  };
  const { account_uuid, mode } = run.view;
  const { prepared } = run;
  return {
    settings,
    run: { uuid: run.view.uuid, account_uuid, mode, language: run.view.settings.language },
    get step() {
      return stepOf(run, uuid);
    },
    get before() {
      return run.view.steps.slice(0, run.view.steps.indexOf(stepOf(run, uuid)));
    },
    prepared: prepared?.step_uuid === uuid ? prepared.content : undefined,
    now: () => run.now,
    next,
    async submission() {
      for (;;) {
        const request = await next();
        if (isSubmission(request)) return request;
        request.refuse('action_not_allowed', 'This step accepts only a submission now.');
      }
    },
    review: (reason) => reviewStep(run, uuid, reason, next),
    emit: (type, data, actor = 'system') => {
      run.recordStepEvent({ type, data }, actor, uuid);
    },
    call: (activity, input) => callActivity(run.publisher, activity, input),
    start: (call) => {
      start(run, uuid, call);
    },
  };
}

/**
 * Starts a background call and delivers its output to the step. If the step is over, its type decides which event
 * records the output.
 */
function start<Input, Output>(run: Run, uuid: string, call: BackgroundCall<Input, Output>): void {
  const { storing, activity } = call;
  const work = () =>
    storing === undefined ? callInBackground(run, call) : callWithPendingEvents(run, call, storing);
  const tell = (output: unknown) =>
    deliverOrKeep(run, uuid, { kind: 'result', activity: activity.name, output });
  run.background.start(work, tell);
}

function stepOf(run: Run, uuid: string): StepView {
  const step = run.view.steps.find((each) => each.uuid === uuid);
  if (step === undefined) throw new Error(`the run has no step ${uuid}`);
  return step;
}

function isSubmission(request: StepRequest<StepMessage>): request is Submission<Json> {
  return request.message.kind === 'submission';
}

function requestOf(run: Run, pending: PendingMessage): StepRequest<StepMessage> {
  const { message, step_uuid } = pending;
  const decide = (decision: Decision): void => {
    if (pending.decision !== undefined) throw new Error(`a ${message.kind} is decided already`);
    pending.decision = decision;
  };
  return {
    message,
    accept() {
      decide({ kind: 'accepted' });
      if (message.kind === 'submission') run.recordAccepted(message, step_uuid);
    },
    refuse(code, text, details = null) {
      decide({ kind: 'refused', code, message: text, details });
    },
  };
}
