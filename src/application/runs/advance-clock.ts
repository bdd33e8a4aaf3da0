import { answerOf } from '../../runs/answer';
import { isFinalRun } from '../../runs/outcome';
import type { Reservation } from '../../store/idempotency';
import type { Caller } from '../caller';
import { notFound } from '../domain-error';
import type { Ports, Settings } from '../ports';
import { advanceWebhooks } from '../webhooks/advance-webhooks';
import { findRun, requireOpen } from './find-run';
import { verdictOf, type AnsweredRun } from './write-run';

type AdvancePorts = Pick<
  Ports,
  'runs' | 'runKeys' | 'gateway' | 'logger' | 'webhookDeliveries' | 'webhookQueues'
> &
  Settings<'SANDBOX_ENABLED'>;

/**
 * Moves the clock of a test run on by minutes; deadlines on the way fire in order. Of a run that has ended, its pending
 * webhooks come nearer.
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
  const isOver = isFinalRun(run.view.status);
  const haveMoved = isOver && (await advanceWebhooks(ports, run._id, minutes));
  if (!haveMoved) requireOpen(run.view);
  const answer = haveMoved
    ? answerOf(run.view, null)
    : await verdictOf(ports, run, null, () =>
        ports.gateway.advance(run._id, minutes, reservation.uuid),
      );
  return { run, answer, key: await ports.runKeys.find(run._id) };
}
