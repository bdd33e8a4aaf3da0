import { isFinalStep } from '../../runs/outcome';
import type { RunRecord } from '../../store/runs/runs';
import type { Reply } from '../http/route';
import { ApiError } from '../problems';
import { requireOpen } from './find-run';
import { requireSendLeft } from './send-budget';
import { actorOf, clientOf, presentAnswer, stepOf, verdictOf, type Writing } from './write-run';

/** Asks a step for another message of its code. The workflow gives the verdict. */
export async function resendCode(
  { deps, params, caller, reservation, request }: Writing<{ uuid: string }, unknown>,
  run: RunRecord,
): Promise<Reply> {
  const step = stepOf(run, params.uuid);
  requireOpen(run.view);
  if (isFinalStep(step.status)) throw new ApiError('step_not_current', 'This step is finished.');
  const { ip } = clientOf({ request });
  await requireSendLeft(deps, run, step, caller.kind === 'token' ? ip : null);
  const message = { step_uuid: step.uuid, actor: actorOf(caller) };
  const answer = await verdictOf(deps, run, null, () =>
    deps.gateway.resend(run._id, message, reservation.uuid),
  );
  return await presentAnswer(deps, run, answer);
}
