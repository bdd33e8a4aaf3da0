import { condition } from '@temporalio/workflow';
import { nextDeadline } from '../../domain/run/deadline';
import { nextStep } from '../../domain/run/view';
import { DeadlineTimer } from './deadline-timer';
import type { Run } from '../verification-run/run';

/**
 * Messages that arrive up to this many milliseconds after a deadline may have been sent before it: no call takes
 * longer.
 */
const TIE_MS = 5_000;

/**
 * Acts on each deadline of a run until the run is over. Handles messages that arrived by then first, so that the person
 * wins a tie.
 */
export async function watchDeadline(run: Run): Promise<void> {
  const timer = new DeadlineTimer();
  while (!run.isOver) {
    await condition(() => run.isOver || needsAttention(run, timer));
    const deadline = nextDeadline(run.view);
    if (deadline === null) continue;
    if (deadline.at > run.now) {
      timer.arm(deadline.at - run.now, `${deadline.action} ${run.view.uuid}`);
      continue;
    }
    await run.inTurn(() => meetDeadline(run));
  }
  timer.disarm();
}

function needsAttention(run: Run, timer: DeadlineTimer): boolean {
  const deadline = nextDeadline(run.view);
  if (deadline === null) return false;
  return deadline.at > run.now ? timer.isLateFor(deadline.at - run.now) : run.isIdle;
}

/**
 * Ends a run whose expiry passed while no worker was running. The person wins a tie, but not a deadline that passed
 * long ago. Call inside the run's turn.
 */
export async function endIfLate(run: Run): Promise<void> {
  const deadline = nextDeadline(run.view);
  if (deadline?.action !== 'expire' || deadline.at + TIE_MS > run.now) return;
  await meetDeadline(run);
}

/** Acts on the next deadline if its time has come. Call inside the run's turn. */
export async function meetDeadline(run: Run): Promise<void> {
  const deadline = nextDeadline(run.view);
  if (deadline === null || deadline.at > run.now) return;
  if (deadline.action === 'expire') run.end('run_expired', 'system', {});
  if (deadline.action === 'abandon') run.record('run_abandoned', 'system', {});
  const step = nextStep(run.view);
  if (deadline.action === 'fallback' && step !== undefined) {
    await run.deliver(step.uuid, { kind: 'due' });
  }
  await run.publisher.publish();
}
