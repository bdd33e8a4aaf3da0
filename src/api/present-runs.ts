import { setImmediate } from 'node:timers/promises';
import { presentRun } from '../presentation/present-run';
import type { RunRecord } from '../store/runs/runs';
import type { ApiDependencies } from './dependencies';

/** Presents runs of one account; loads their keys in one query. Yields to the event loop after each run. */
export async function presentRuns(
  { runKeys }: Pick<ApiDependencies, 'runKeys'>,
  runs: readonly RunRecord[],
) {
  const [first] = runs;
  if (first === undefined) return [];
  const uuids = runs.map((run) => run._id);
  const keys = await runKeys.findMany(first.account_uuid, uuids);
  const presented = [];
  for (const run of runs) {
    presented.push(presentRun(run, keys.get(run._id) ?? null));
    // A large run takes milliseconds: others get their turn between two.
    await setImmediate();
  }
  return presented;
}
