/** Launches a run after its creation was validated. */
import type { ProjectionBatch } from '../../domain/run/projection-batch';
import { KeyDestroyed } from '../../store/runs/run-keys';
import type { Reservation } from '../../store/accounts/idempotency';
import type { RunRecord, RunRef } from '../../store/runs/runs';
import type { Caller } from '../caller';
import { erasedError } from '../domain-error';
import type { Ports, Settings } from '../ports';
import { toDomainError } from '../to-domain-error';
import type { Origin, ParsedCreation } from './creation-body';
import { planRun } from './plan-run';

export type LaunchPorts = Pick<Ports, 'accounts' | 'runs' | 'runKeys' | 'gateway'> &
  Settings<'HASH_KEYS' | 'CODE_KEYS'>;

/** The request that creates a run. */
export interface CreationRequest {
  caller: Pick<Caller, 'tenant'>;
  /** Provides the uuid and the time of the run. */
  reservation: Reservation;
  /** Appears in the memo of the run in Temporal. */
  request_id: string;
}

/** A created run and its key. */
export interface CreatedRun {
  run: RunRecord;
  key: Buffer;
}

/**
 * Starts a run and writes its first event. A repetition of the request finds the run of the first attempt.
 * @throws DomainError.
 */
export async function launchRun(
  ports: LaunchPorts,
  { caller: { tenant }, reservation, request_id }: CreationRequest,
  { given, origin }: { given: ParsedCreation; origin: Origin },
): Promise<CreatedRun> {
  const { uuid } = reservation;
  const { config: keys } = ports;
  const account = await ports.accounts.findAccount(tenant.account_uuid);
  const language = account?.language ?? 'es';
  const planAt = (at: number) =>
    planRun(given, { ...origin, tenant, reservation: { uuid, at }, language, keys });
  const plan = planAt(reservation.at);
  const key = await newKey(ports, { uuid, account_uuid: tenant.account_uuid });
  const { input, external_reference_hash, ...first } = plan.seal(key);
  const at = await ports.gateway
    .start({ input, external_reference_hash, request_id })
    .catch((error: unknown) => {
      throw toDomainError(error) ?? error;
    });
  // An earlier attempt may have started the run: then its event 1 counts.
  const isFirst = at === reservation.at;
  const { batch } = isFirst ? first : replaceable(planAt(at).seal(key));
  await ports.runs.project(batch);
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
  return { run, key };
}

/**
 * Creates the run's key. @throws DomainError `already_created` if an earlier attempt created the run, which was erased
 * since.
 */
async function newKey({ runKeys }: Pick<Ports, 'runKeys'>, run: RunRef) {
  try {
    return await runKeys.create(run);
  } catch (error) {
    throw error instanceof KeyDestroyed ? erasedError(run.uuid) : error;
  }
}

/**
 * Makes a batch replaceable by any write of the run itself. The first event of an earlier attempt is only in Temporal.
 * Planned again it may differ, because the account's configuration may have changed.
 */
function replaceable({ batch }: { batch: ProjectionBatch }): { batch: ProjectionBatch } {
  return { batch: { ...batch, task_time: -1 } };
}
