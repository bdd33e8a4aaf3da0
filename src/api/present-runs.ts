import { presentRun } from '../presentation/present-run';
import type { RunRecord } from '../store/runs';
import type { ApiDependencies } from './dependencies';

/** Presents runs; their keys are loaded in one round trip. */
export async function presentRuns(
  { runKeys }: Pick<ApiDependencies, 'runKeys'>,
  runs: readonly RunRecord[],
) {
  const keys = await runKeys.findMany(runs.map((run) => run._id));
  return runs.map((run) => presentRun(run, keys.get(run._id) ?? null));
}
