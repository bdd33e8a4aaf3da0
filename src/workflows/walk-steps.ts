/** Executes the steps of a run in order. Knows step types by their contract alone. */
import type { StepContext, Submission } from '../steps/contract';
import { stepType } from '../steps/index';
import type { Json } from '../runs/events';
import type { StepOutcome } from '../runs/outcome';
import { nextStep, type StepView } from '../runs/view';
import type { RunHooks } from './hooks';
import type { Ticket, Verdict } from './mailbox';
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

function contextOf(run: Run, step: StepView): StepContext<Json, Json> {
  return {
    settings: step.settings,
    async submission() {
      await run.rest(() => run.mailbox.holds(step.uuid));
      return submissionOf(run, run.mailbox.take(step.uuid));
    },
  };
}

function submissionOf(run: Run, ticket: Ticket): Submission<Json> {
  const { id, facts, actor, step_uuid } = ticket.message;
  const decide = (verdict: Verdict): void => {
    if (ticket.verdict !== undefined) throw new Error(`submission ${id} has its verdict already`);
    ticket.verdict = verdict;
  };
  return {
    id,
    facts,
    accept() {
      decide({ kind: 'accepted' });
      run.record('submission_accepted', actor, { submission_id: id }, step_uuid);
    },
    refuse(code, message, details = null) {
      decide({ kind: 'refused', code, message, details });
    },
  };
}
