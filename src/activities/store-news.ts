import { setTimeout as sleep } from 'node:timers/promises';
import { foldWithOutbox } from '../runs/outbox';
import type { News } from '../steps/contract';
import type { RunRecord, RunStore } from '../store/runs/runs';
import { runGone, storeFailure } from './failures';
import { countEvents } from './metrics';

/** The API stores a run's beginning once Temporal has it: a moment after its first task may have begun. */
const BEGINNING_MS = 500;
const POLL_MS = 20;

type Runs = Pick<RunStore, 'findById' | 'project'>;

/**
 * Stores events that came along with another activity, where MongoDB has exactly what was before them; answers the run
 * as it was found, and whether they are there now. Safe to repeat.
 * @throws ApplicationFailure `run_gone` where there is no run to add them to, `store_unavailable`.
 */
export async function storeNews(
  runs: Runs,
  uuid: string,
  news: News,
): Promise<{ run: RunRecord; stored: boolean }> {
  const run = await findSoon(runs, uuid);
  return { run, stored: holds(run, news) || (await add(runs, run, news)) };
}

/** An earlier try wrote them. */
function holds({ number, task_time }: RunRecord, { after, events, task_time: at }: News): boolean {
  return number === after + events.length && task_time === at;
}

async function add(runs: Runs, run: RunRecord, { after, events, task_time }: News) {
  // What else is there was never true, is later than this, or is a guess of the API's (`create`): the run's own batches
  // sort that out.
  if (run.number !== after || run.task_time < 0) return false;
  let view = run.view;
  const items = events.map((event) => {
    const folded = foldWithOutbox(view, [event]);
    view = folded.view;
    return { event, entries: folded.entries };
  });
  const batch = { after, items, view, task_time };
  const outcome = await runs.project(batch).catch(storeFailure);
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
