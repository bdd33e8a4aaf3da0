import { condition } from '@temporalio/workflow';
import { nextDeadline, type Deadline } from '../runs/deadline';
import { DeadlineTimer } from './deadline-timer';
import type { Run } from './run';

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
    if (deadline.at > Date.now()) {
      timer.arm(deadline.at, `${deadline.action} ${run.view.uuid}`);
      continue;
    }
    act(run, deadline);
    await run.outbox.publish();
  }
  timer.disarm();
}

function needsAttention(run: Run, timer: DeadlineTimer): boolean {
  const deadline = nextDeadline(run.view);
  if (deadline === null) return false;
  return deadline.at > Date.now() ? timer.isLateFor(deadline.at) : run.isIdle;
}

function act(run: Run, deadline: Deadline): void {
  if (deadline.action === 'expire') run.end('run_expired', 'system', {});
  if (deadline.action === 'abandon') run.record('run_abandoned', 'system', {});
}
