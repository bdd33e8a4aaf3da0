import type { Channel } from '../../domain/otp/policy';
import type { Reservation } from '../../store/accounts/idempotency';
import type { RunRecord } from '../../store/runs/runs';
import type { ActionName } from '../../steps/actions';
import { DomainError, invalidField, isRefusal } from '../domain-error';
import type { Ports } from '../ports';
import { awaitDecision, type AnsweredRun } from './write-run';

type ActionPorts = Pick<Ports, 'runs' | 'runKeys' | 'gateway' | 'logger'>;

export interface Action {
  /** An integrator may only cancel. */
  actor: 'staff' | 'integrator';
  run: RunRecord;
  reservation: Reservation;
  action: ActionName;
  /** Name of the caller, shown in the timeline with the reason. */
  by: string;
  reason: string;
  /** Required by `switch_channel`, refused by the others. */
  channel?: Channel | undefined;
}

/**
 * Executes a staff action: approve or reject a step in review, resend a code, switch its channel, cancel. Also calls a
 * run that has ended: Temporal repeats the decision of a repeated message and refuses others.
 * @throws DomainError `forbidden`, `validation_failed`, `action_not_allowed`.
 */
export async function actOnRun(
  ports: ActionPorts,
  { actor, run, reservation, action, by, reason, channel }: Action,
): Promise<AnsweredRun> {
  if (action !== 'cancel' && actor !== 'staff') {
    throw new DomainError('forbidden', 'This key lacks the scope staff.');
  }
  if ((action === 'switch_channel') !== (channel !== undefined)) {
    const message = channel === undefined ? 'is required' : 'is only for switch_channel';
    throw invalidField('channel', message);
  }
  const message = {
    action,
    by,
    reason,
    actor,
    ...(channel !== undefined && { details: { channel } }),
  };
  try {
    const answer = await awaitDecision(ports, run, null, () =>
      ports.gateway.act(run._id, message, reservation.uuid),
    );
    return { run, answer, key: await ports.runKeys.find(run.view) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const text = 'The workflow does not allow this action now.';
    throw new DomainError('action_not_allowed', text, { cause: error });
  }
}
