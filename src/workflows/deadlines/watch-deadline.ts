import { condition } from '@temporalio/workflow';
import { nextDeadline } from '../../domain/run/deadline';
import { nextStep } from '../../domain/run/view';
import { DeadlineTimer } from './deadline-timer';
import type { Run } from '../verification-run/run';

/** What arrives this long after a deadline may have been sent before it, in milliseconds: a call takes no longer. */
const TIE_MS = 5_000;

/**
 * Does what a run does by itself when its deadline comes, until the run is over. A message that came in by then goes
 * first: on a tie the person wins.
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
 * Ends a run whose expiry passed while no worker was there to see it: the person wins a tie, not a race that was over
 * long ago. The caller has the run to itself.
 */
export async function endIfLate(run: Run): Promise<void> {
  const deadline = nextDeadline(run.view);
  if (deadline?.action !== 'expire' || deadline.at + TIE_MS > run.now) return;
  await meetDeadline(run);
}

/** Does what the next deadline brings, where its time has come. The caller has the run to itself. */
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
