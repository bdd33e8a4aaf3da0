import type { Json } from '../../runs/events';
import { isFinalRun } from '../../runs/outcome';
import { stepSchema } from '../../steps/schemas';
import type { RunRecord } from '../../store/runs';
import { submissionsOf } from '../../presentation/step-payload';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';

/**
 * Erases what is personal in a run that is over. First its proofs are kept, then its key is destroyed: from there on
 * nobody reads what it sealed, in backups neither, and the rest is cleared away. Safe to repeat, also where a former
 * call died on the way.
 * @throws ApiError `conflict` while the run isn't over.
 */
export async function eraseRun(deps: ApiDependencies, run: RunRecord): Promise<void> {
  if (!isFinalRun(run.view.status)) {
    const message = 'The workflow is not finished. Cancel it, or erase it once it has ended.';
    throw new ApiError('conflict', message);
  }
  await deps.runErasure.erase(run._id, proofsOf(run, await deps.runKeys.find(run._id)));
  await deps.runKeys.destroy(run._id);
  await deps.media.removeAll(run._id);
  await deps.tokens.revokeAll(run, run._id);
  await deps.sandbox.removeOf(run._id);
}

/** What of the payloads stays, by step. */
function proofsOf(run: RunRecord, key: Buffer | null): Record<string, Json> {
  if (key === null) return {};
  const proofs = run.view.steps.flatMap((step) => {
    const schema = stepSchema(step.key);
    const given = submissionsOf(run, step, key).map(({ payload }) => schema?.proof?.(payload));
    const proof = given.filter((each) => each != null).at(-1);
    return proof === undefined ? [] : [[step.uuid, proof] as const];
  });
  return Object.fromEntries(proofs);
}
