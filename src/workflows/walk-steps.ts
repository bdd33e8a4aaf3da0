/** Executes the steps of a run in order. Knows step types by their contract alone. */
import type { Delivery, StepContext, StepMessage, Submission } from '../steps/contract';
import { stepType } from '../steps/index';
import type { EventData, Json } from '../runs/events';
import type { StepOutcome } from '../runs/outcome';
import { nextStep, type StepView } from '../runs/view';
import { callsOf, sendCode } from './calls';
import type { RunHooks } from './hooks';
import type { Ticket, Verdict } from './mailbox';
import { reviewStep } from './review';
import type { Run } from './run';

/** Carries a run from where it stands to the end of its last step, or to the step that ends it. */
export async function walkSteps(run: Run, hooks: RunHooks): Promise<void> {
  if (run.view.settings.start === 'on_open') {
    await run.rest(() => run.view.started_at !== null);
  }
  for (let step = nextStep(run.view); step !== undefined; step = nextStep(run.view)) {
    if ((await hooks.beforeStep(run, step)) === 'skip') {
      run.record('step_skipped', 'system', {}, step.uuid);
      continue;
    }
    conclude(run, step, await executeStep(run, step));
    if (run.isOver) return;
    const after = await hooks.afterStep(run, step);
    if (after.kind === 'reject') run.end('run_rejected', 'system', after.fault);
  }
  run.end('run_succeeded', 'system', {});
}

async function executeStep(run: Run, step: StepView): Promise<StepOutcome> {
  const type = stepType(step.key);
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
    await run.rest(() => run.mailbox.holds(uuid));
    return deliveryOf(run, run.mailbox.take(uuid));
  };
  const { account_uuid, mode } = run.view;
  return {
    settings,
    run: { uuid: run.view.uuid, account_uuid, mode, language: run.view.settings.language },
    get step() {
      return stepOf(run, uuid);
    },
    now: () => run.now,
    next,
    async submission() {
      for (;;) {
        const delivery = await next();
        if (isSubmission(delivery)) return delivery;
        delivery.refuse('action_not_allowed', 'This step sends no messages.');
      }
    },
    review: (reason) => reviewStep(run, uuid, reason, next),
    emit: (type, data, actor = 'system') => {
      run.record(type, actor, data as EventData[typeof type], uuid);
    },
    get call() {
      return callsOf(run, stepOf(run, uuid));
    },
    send: (order) => {
      run.outgoing.send(uuid, () => sendCode(run, order));
    },
  };
}

function stepOf(run: Run, uuid: string): StepView {
  const step = run.view.steps.find((each) => each.uuid === uuid);
  if (step === undefined) throw new Error(`the run has no step ${uuid}`);
  return step;
}

function isSubmission(delivery: Delivery<StepMessage>): delivery is Submission<Json> {
  return delivery.message.kind === 'submission';
}

function deliveryOf(run: Run, ticket: Ticket): Delivery<StepMessage> {
  const { message, step_uuid } = ticket;
  const decide = (verdict: Verdict): void => {
    if (ticket.verdict !== undefined) throw new Error(`a ${message.kind} has its verdict already`);
    ticket.verdict = verdict;
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
