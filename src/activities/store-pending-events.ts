import { setTimeout as sleep } from 'node:timers/promises';
import { foldWithWebhooks } from '../domain/run/outbox';
import type { StepEvents } from '../domain/run/step-events';
import type { PendingEvents } from '../steps/contract';
import type { RunRecord, RunStore } from '../store/runs/runs';
import { findRefusal } from '../store/connection';
import { runGone, storeFailure } from './failures';
import { countEvents } from './metrics';

/**
 * The API stores a run after starting it in Temporal, so the first workflow task may begin up to this many milliseconds
 * before.
 */
const BEGINNING_MS = 500;
const POLL_MS = 20;

type Runs = Pick<RunStore, 'findById' | 'project'>;

/**
 * Stores pending events attached to another activity, if MongoDB has exactly the events before them. Returns the run as
 * found, and true if the events are stored now. Safe to repeat.
 * @throws ApplicationFailure `run_gone` if there is no such run (yet), `store_unavailable`.
 */
export async function storePendingEvents(
  runs: Runs,
  uuid: string,
  pending: PendingEvents,
  modules?: readonly StepEvents[],
): Promise<{ run: RunRecord; stored: boolean }> {
  const run = await findSoon(runs, uuid);
  const stored = hasStored(run, pending) || (await add(runs, run, pending, modules));
  return { run, stored };
}

/** Returns true if an earlier attempt stored them. */
function hasStored(run: RunRecord, { after, events, task_time }: PendingEvents): boolean {
  return run.number === after + events.length && run.task_time === task_time;
}

async function add(
  runs: Runs,
  run: RunRecord,
  { after, events, task_time }: PendingEvents,
  modules?: readonly StepEvents[],
): Promise<boolean> {
  // Any other state is an uncommitted projection, either later than this or written by the API (`task_time` -1). The
  // run's own batches replace it.
  if (run.number !== after || run.task_time < 0) return false;
  let view = run.view;
  const items = events.map((event) => {
    const folded = foldWithWebhooks(view, [event], modules);
    view = folded.view;
    return { event, entries: folded.entries };
  });
  const batch = { after, items, view, task_time };
  // The run's own batches tell that MongoDB refuses the events.
  const outcome = await runs.project(batch).catch((error: unknown) => {
    return findRefusal(error) === null ? storeFailure(error) : 'refused';
  });
  if (outcome === 'written') countEvents(batch);
  return outcome === 'written';
}

async function findSoon(runs: Runs, uuid: string): Promise<RunRecord> {
  for (const end = Date.now() + BEGINNING_MS; ;) {
    const run = await runs.findById(uuid).catch(storeFailure);
    if (run !== null) return run;
    if (Date.now() > end) throw runGone();
    await sleep(POLL_MS);
  }
}
