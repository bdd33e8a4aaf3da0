/** From a creation that was found to be in order to a run that is there. */
import type { ProjectionBatch } from '../../runs/projection-batch';
import { KeyDestroyed } from '../../store/runs/run-keys';
import type { RunRef } from '../../store/runs/runs';
import type { ApiDependencies } from '../dependencies';
import type { Exchange, KeyCaller, Reply } from '../http/route';
import { erasedSince } from '../problems';
import { presentRun } from '../../presentation/present-run';
import { newRun, type CreationBody, type Origin } from './new-run';

export type Creation = Pick<
  Exchange<unknown, unknown, unknown, KeyCaller>,
  'caller' | 'deps' | 'reservation' | 'request_id'
>;

/**
 * Starts a run and writes its first event; a repetition of the request finds the run that it made before.
 * @throws ApiError.
 */
export async function launchRun(
  { caller, deps, reservation, request_id }: Creation,
  given: CreationBody,
  origin: Origin,
): Promise<Reply> {
  const { tenant } = caller;
  const { uuid } = reservation;
  const { config: keys } = deps;
  const account = await deps.accounts.findAccount(tenant.account_uuid);
  const language = account?.language ?? 'es';
  const planAt = (at: number) =>
    newRun(given, { ...origin, tenant, reservation: { uuid, at }, language, keys });
  const plan = planAt(reservation.at);
  const key = await newKey(deps, { uuid, account_uuid: tenant.account_uuid });
  const { input, external_reference_hash, ...first } = plan.seal(key);
  const at = await deps.gateway.start({ input, external_reference_hash, request_id });
  // An earlier try may have started it: then event 1 is that one's.
  const isFirst = at === reservation.at;
  const { batch } = isFirst ? first : unsure(planAt(at).seal(key));
  await deps.runs.project(batch);
  const run = {
    _id: uuid,
    ...tenant,
    number: batch.view.number,
    task_time: batch.task_time,
    created_at: new Date(at),
    view: batch.view,
    sealed: Buffer.from(input.sealed, 'base64'),
    submissions: {},
  };
  return { result: presentRun(run, key), run_uuid: uuid };
}

/** @throws ApiError `already_created` where an earlier try made the run, which was erased since. */
async function newKey({ runKeys }: ApiDependencies, run: RunRef) {
  try {
    return await runKeys.create(run);
  } catch (error) {
    throw error instanceof KeyDestroyed ? erasedSince(run.uuid) : error;
  }
}

/**
 * What an earlier try started is in Temporal alone: made anew it may differ, where the account's configuration has
 * changed since. So whatever the run itself writes takes its place.
 */
function unsure({ batch }: { batch: ProjectionBatch }): { batch: ProjectionBatch } {
  return { batch: { ...batch, task_time: -1 } };
}
