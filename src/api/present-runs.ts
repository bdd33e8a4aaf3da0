import { presentRun } from '../presentation/present-run';
import type { RunRecord } from '../store/runs/runs';
import type { ApiDependencies } from './dependencies';

/** Presents runs of one account; loads their keys in one query. */
export async function presentRuns(
  { runKeys }: Pick<ApiDependencies, 'runKeys'>,
  runs: readonly RunRecord[],
) {
  const [first] = runs;
  if (first === undefined) return [];
  const uuids = runs.map((run) => run._id);
  const keys = await runKeys.findMany(first.account_uuid, uuids);
  return runs.map((run) => presentRun(run, keys.get(run._id) ?? null));
}
