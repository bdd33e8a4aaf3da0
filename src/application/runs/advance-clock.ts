import { summarizeRun } from '../../domain/run/run-summary';
import { isFinalRun } from '../../domain/run/outcome';
import type { Reservation } from '../../store/accounts/idempotency';
import type { Caller } from '../caller';
import { DomainError, notFound, type DomainCode } from '../domain-error';
import type { Ports, Settings } from '../ports';
import { advanceWebhooks } from '../webhooks/advance-webhooks';
import { findRun, requireOpen } from './find-run';
import { awaitDecision, type AnsweredRun } from './write-run';

type AdvancePorts = Pick<
  Ports,
  'runs' | 'runKeys' | 'gateway' | 'logger' | 'webhookDeliveries' | 'webhookQueues'
> &
  Settings<'SANDBOX_ENABLED'>;

const OVER: ReadonlySet<DomainCode> = new Set(['already_finished', 'expired']);

/**
 * Moves the clock of a test run forward by minutes; deadlines on the way fire in order. If the run has ended, moves its
 * pending webhooks instead.
 * @throws DomainError `not_found` outside the sandbox, `expired`, `already_finished`.
 */
export async function advanceClock(
  ports: AdvancePorts,
  {
    caller: { tenant },
    run_uuid,
    minutes,
    reservation,
  }: { caller: Caller; run_uuid: string; minutes: number; reservation: Reservation },
): Promise<AnsweredRun> {
  if (!ports.config.SANDBOX_ENABLED || tenant.mode !== 'test') throw notFound('address');
  const run = await findRun(ports, tenant, run_uuid);
  const key = await ports.runKeys.find(run.view);
  const advance = () =>
    awaitDecision(ports, run, null, () =>
      ports.gateway.advance(run._id, minutes, reservation.uuid),
    );
  const isOver = isFinalRun(run.view.status);
  // An earlier attempt may have ended the run: a repetition first asks the workflow for its decision.
  const repeated = isOver && reservation.is_repeated ? await advance().catch(nullIfOver) : null;
  if (repeated !== null) return { run, answer: repeated, key };
  if (isOver && (await advanceWebhooks(ports, run.view, minutes))) {
    return { run, answer: summarizeRun(run.view, null), key };
  }
  requireOpen(run.view);
  return { run, answer: await advance(), key };
}

/** Returns null for the refusal of a run that is over. Rethrows any other error. */
function nullIfOver(error: unknown): null {
  if (error instanceof DomainError && OVER.has(error.code)) return null;
  throw error;
}
