import type { Json } from '../../runs/events';
import { isFinalRun } from '../../runs/outcome';
import { stepSchema } from '../../steps/schemas';
import type { ErasedRun } from '../../store/runs/run-erasure';
import type { RunRecord } from '../../store/runs/runs';
import type { Stores } from '../../store/stores';
import { submissionsOf } from '../../presentation/step-payload';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';

/**
 * Erases what is personal in a run that is over. First its proofs are kept and the erasure has begun: a process that
 * dies from there on leaves it to be finished by another one (see `sweep-erasures`). Safe to repeat.
 * @throws ApiError `conflict` while the run isn't over.
 */
export async function eraseRun(deps: ApiDependencies, run: RunRecord): Promise<void> {
  if (!isFinalRun(run.view.status)) {
    const message = 'The workflow is not finished. Cancel it, or erase it once it has ended.';
    throw new ApiError('conflict', message);
  }
  await deps.runErasure.begin(run.view, proofsOf(run, await deps.runKeys.find(run.view)));
  await finishErasure(deps, run.view);
}

/** What an erasure needs once it has begun. */
export type Erasing = Pick<Stores, 'runErasure' | 'runKeys' | 'media' | 'tokens' | 'sandbox'>;

/**
 * Destroys the key of a run whose erasure has begun: from there on nobody reads what it sealed, in backups neither. Then
 * clears the rest away. Safe to repeat, and for several processes at once.
 */
export async function finishErasure(stores: Erasing, run: ErasedRun): Promise<void> {
  await stores.runKeys.destroy(run);
  await stores.media.removeAll(run);
  await stores.tokens.revokeAll(run);
  await stores.sandbox.removeOf(run);
  await stores.runErasure.finish(run);
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
