import { z } from 'zod';
import { isFinalRun } from '../../../runs/outcome';
import { RunRefused } from '../../../temporal/run-gateway';
import { byUuid } from '../../fields';
import { defineRoute } from '../../http/route';
import { ApiError } from '../../problems';
import { findRun } from '../../runs/find-run';
import { presentAnswer, verdictOf } from '../../runs/write-run';

const auth = { kind: 'key' as const, scopes: ['staff' as const, 'runs:write' as const] };
/** It is shown in the Temporal UI and stored in clear: nothing that either of them would write differently. */
const text = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters');

export const listActions = defineRoute({
  method: 'get',
  path: '/v1/workflows/:uuid/actions',
  summary: 'What can be done to a workflow now',
  auth,
  params: byUuid,
  async handle({ params, caller, deps }) {
    const run = await findRun(deps, caller.tenant, params.uuid);
    return { result: isFinalRun(run.view.status) ? [] : [{ action: 'cancel' }] };
  },
});

export const takeAction = defineRoute({
  method: 'post',
  path: '/v1/workflows/:uuid/actions/:action',
  summary: 'Do something to a workflow: cancel',
  auth,
  idempotent: true,
  params: byUuid.extend({ action: z.literal('cancel') }),
  body: z.strictObject({ by: text, reason: text }),
  // Also where the run is over: Temporal tells a repeated message its first verdict, and refuses the others.
  async handle({ params, body, caller, deps, reservation }) {
    const run = await findRun(deps, caller.tenant, params.uuid);
    const actor = caller.key.scopes.includes('staff')
      ? ('staff' as const)
      : ('integrator' as const);
    const message = { action: params.action, ...body, actor };
    try {
      const answer = await verdictOf(deps, run, null, () =>
        deps.gateway.act(run._id, message, reservation.uuid),
      );
      return { result: await presentAnswer(deps, run, answer) };
    } catch (error) {
      throw error instanceof RunRefused || error instanceof ApiError ? notAllowed() : error;
    }
  },
});

function notAllowed(): ApiError {
  return new ApiError('action_not_allowed', 'The workflow is over: nothing can be done to it.');
}
