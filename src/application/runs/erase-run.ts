import type { Json } from '../../domain/run/events';
import { isFinalRun } from '../../domain/run/outcome';
import { stepSchema } from '../../steps/schemas';
import type { ErasedRun } from '../../store/runs/run-erasure';
import type { RunRecord } from '../../store/runs/runs';
import { listSubmissions } from '../../presentation/step-payload';
import { DomainError } from '../domain-error';
import type { Ports } from '../ports';

/** Ports for an erasure that has begun. */
export type ErasurePorts = Pick<
  Ports,
  'runErasure' | 'runKeys' | 'media' | 'tokens' | 'sandbox' | 'webhookDeliveries' | 'webhookQueues'
>;

/**
 * Erases the personal data of a finished run. Stores its proofs and marks the erasure as begun first; if the process
 * dies after that, another one finishes it (see `finishErasures`). Safe to repeat.
 * @throws DomainError `conflict` while the run is open.
 */
export async function eraseRun(ports: ErasurePorts, run: RunRecord): Promise<void> {
  if (!isFinalRun(run.view.status)) {
    const message = 'The workflow is not finished. Cancel it, or erase it once it has ended.';
    throw new DomainError('conflict', message);
  }
  await ports.runErasure.begin(run.view, proofsOf(run, await ports.runKeys.find(run.view)));
  for (const begun of await ports.runErasure.listBegun([run.view])) {
    await finishErasure(ports, begun);
  }
}

/**
 * Destroys the key of a run whose erasure has begun: from then on its content can't be read, not even in backups. Then
 * removes the rest. Safe to repeat, and in several processes at once.
 */
export async function finishErasure(ports: ErasurePorts, run: ErasedRun): Promise<void> {
  await ports.runKeys.destroy(run);
  await ports.media.removeAll(run);
  await ports.tokens.erase(run);
  await ports.sandbox.removeByRun(run);
  await removeCallbackQuery(ports, run);
  await ports.runErasure.finish(run);
}

/** Replaces the callback address in webhooks of an erased run. Those that are not delivered yet go to the new one. */
async function removeCallbackQuery(
  { webhookDeliveries, webhookQueues }: Pick<ErasurePorts, 'webhookDeliveries' | 'webhookQueues'>,
  run: ErasedRun,
): Promise<void> {
  if (run.callback_url === null) return;
  await webhookDeliveries.changeUrl(run, run.callback_url);
  await webhookQueues.changeUrl(run, run.callback_url);
}

/** Returns the proofs in the payloads by step, which survive the erasure. */
function proofsOf(run: RunRecord, key: Buffer | null): Record<string, Json> {
  if (key === null) return {};
  const proofs = run.view.steps.flatMap((step) => {
    const schema = stepSchema(step.key);
    const given = listSubmissions(run, step, key).map(({ payload }) => schema?.proof?.(payload));
    const proof = given.filter((each) => each != null).at(-1);
    return proof === undefined ? [] : [[step.uuid, proof] as const];
  });
  return Object.fromEntries(proofs);
}
