import { z } from 'zod';
import type { Channel } from '../../../nips/policy';
import type { ActionName } from '../../../workflows/messages';
import { allowedActions } from '../../runs/allowed-actions';
import { RunRefused } from '../../../temporal/run-gateway';
import { action, actionName, answer } from '../../documents/runs';
import { byUuid, line } from '../../fields';
import { defineRoute } from '../../http/route';
import { ApiError } from '../../problems';
import { requireMatch, runTag } from '../../http/etag';
import { findRun } from '../../runs/find-run';
import { presentAnswer, verdictOf } from '../../runs/write-run';

const auth = { kind: 'key' as const, scopes: ['staff' as const, 'runs:write' as const] };
const channel = z.enum(['sms', 'whatsapp', 'email']);
/** It is shown in the Temporal UI and stored in clear. */
const text = line(200);

const body = z.strictObject({ by: text, reason: text, channel: channel.optional() });

export const listActions = defineRoute({
  method: 'get',
  path: '/v1/workflows/:uuid/actions',
  summary: 'What can be done to a workflow now',
  auth,
  params: byUuid,
  result: z.array(action),
  async handle({ params, caller, deps }) {
    const { view } = await findRun(deps, caller.tenant, params.uuid);
    return { result: allowedActions(view, caller.key.scopes.includes('staff')) };
  },
});

export const takeAction = defineRoute({
  method: 'post',
  path: '/v1/workflows/:uuid/actions/:action',
  summary: 'Do something to a workflow: what `GET …/actions` lists',
  auth,
  idempotent: true,
  params: byUuid.extend({ action: actionName }),
  body,
  result: answer,
  errors: ['action_not_allowed', 'precondition_failed', 'already_created'],
  example: { by: 'Ana', reason: 'asked_by_phone' },
  // Also where the run is over: Temporal tells a repeated message its first verdict, and refuses the others.
  async handle({ params, body: given, caller, deps, reservation, request }) {
    const run = await findRun(deps, caller.tenant, params.uuid);
    requireMatch(request, runTag(run));
    const isStaff = caller.key.scopes.includes('staff');
    requireFitting(params.action, given.channel, isStaff);
    const { by, reason } = given;
    const actor = isStaff ? ('staff' as const) : ('integrator' as const);
    const chosen = given.channel === undefined ? {} : { channel: given.channel };
    const message = { action: params.action, by, reason, actor, ...chosen };
    try {
      const verdict = await verdictOf(deps, run, null, () =>
        deps.gateway.act(run._id, message, reservation.uuid),
      );
      return await presentAnswer(deps, run, verdict);
    } catch (error) {
      throw error instanceof RunRefused || error instanceof ApiError ? notAllowed() : error;
    }
  },
});

function requireFitting(action: ActionName, given: Channel | undefined, isStaff: boolean): void {
  if (action !== 'cancel' && !isStaff) {
    throw new ApiError('forbidden', 'This key lacks the scope staff.');
  }
  if ((action === 'switch_channel') === (given !== undefined)) return;
  const message = given === undefined ? 'is required' : 'is for switch_channel alone';
  const text = 'Some fields are not as they should be; see details.';
  throw new ApiError('validation_failed', text, [{ path: 'channel', message }]);
}

function notAllowed(): ApiError {
  return new ApiError('action_not_allowed', 'This cannot be done to the workflow as it stands.');
}
