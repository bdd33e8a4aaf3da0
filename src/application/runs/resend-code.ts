import type { Reservation } from '../../store/accounts/idempotency';
import type { RunRecord } from '../../store/runs/runs';
import type { Caller } from '../caller';
import type { Ports } from '../ports';
import { requireOpenStep, stepOf } from './find-run';
import { requireSendBudget } from './send-budget';
import { awaitDecision, type AnsweredRun } from './write-run';

type ResendPorts = Pick<Ports, 'runs' | 'runKeys' | 'gateway' | 'budgets' | 'metrics' | 'logger'>;

export interface ResendRequest {
  caller: Pick<Caller, 'actor'>;
  run: RunRecord;
  step_uuid: string;
  reservation: Reservation;
  /** IP address of the person's device; null for calls of a backend. */
  ip: string | null;
}

/**
 * Asks a step to send its code again. The workflow decides.
 * @throws DomainError, for example `resend_too_soon`, `rate_limited`, `action_not_allowed`.
 */
export async function resendCode(
  ports: ResendPorts,
  { caller: { actor }, run, step_uuid, reservation, ip }: ResendRequest,
): Promise<AnsweredRun> {
  const step = stepOf(run, step_uuid);
  // An earlier attempt may have ended the run or used the last send: only the workflow knows its decision.
  if (reservation.is_repeated !== true) {
    requireOpenStep(run, step);
    await requireSendBudget(ports, run, step, ip);
  }
  const answer = await awaitDecision(ports, run, null, () =>
    ports.gateway.resend(run._id, { step_uuid: step.uuid, actor }, reservation.uuid),
  );
  return { run, answer, key: await ports.runKeys.find(run.view) };
}
