/** Moves a sandbox run's clock forward. */
import { condition } from '@temporalio/workflow';
import { nextDeadline } from '../../domain/run/deadline';
import { nextStep } from '../../domain/run/view';
import { stepTypeOf } from './catalogue';
import type { Run } from './run';
import { callActivity } from '../step-work/step-calls';
import { meetDeadline } from '../deadlines/watch-deadline';

/**
 * Handles everything that is due until the run's clock reads `until`, in order, each at its own time: deadlines, and
 * the sandbox's reports about messages that steps sent meanwhile. Call inside the run's turn.
 */
export async function advanceTo(run: Run, until: number): Promise<void> {
  for (;;) {
    await run.background.settle();
    const next = await nextEvent(run);
    if (next === null || next.at > until || run.isOver) break;
    run.setClock(next.at);
    await next.happen();
    await condition(() => run.isQuiet || run.isOver);
  }
  if (!run.isOver) run.setClock(until);
}

interface Due {
  at: number;
  happen(): Promise<unknown>;
}

async function nextEvent(run: Run): Promise<Due | null> {
  const deadline = nextDeadline(run.view);
  const report = await nextReport(run);
  if (report !== null && (deadline === null || report.at <= deadline.at)) return report;
  return deadline === null ? null : { at: deadline.at, happen: () => meetDeadline(run) };
}

/** Returns the earliest report that the sandbox has for the current step. */
async function nextReport(run: Run): Promise<Due | null> {
  const step = nextStep(run.view);
  const type = step && stepTypeOf(run.catalogue, step.key);
  if (step === undefined || type?.nextReport === undefined) return null;
  const found = await type.nextReport(run.view.uuid, step, (activity, input) =>
    callActivity(run.publisher, activity, input),
  );
  if (found === null) return null;
  const { at, report } = found;
  return { at, happen: () => run.deliver(step.uuid, { kind: 'report', report }) };
}
