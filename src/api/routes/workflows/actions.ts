import { z } from 'zod';
import { actOnRun } from '../../../application/runs/act-on-run';
import { allowedActions } from '../../../application/runs/allowed-actions';
import { findRun } from '../../../application/runs/find-run';
import { answerReply } from '../../answer-reply';
import { action, actionName, answer } from '../../openapi/runs';
import { uuidParams, singleLine } from '../../fields';
import { requireMatch, runTag } from '../../server/etag';
import { defineRoute } from '../../server/route';

const auth = { kind: 'key' as const, scopes: ['staff' as const, 'runs:write' as const] };
const channel = z.enum(['sms', 'whatsapp', 'email']);
/** A text of one line. It is shown in the Temporal UI and stored unencrypted. */
const text = singleLine(200);

const body = z.strictObject({ by: text, reason: text, channel: channel.optional() });

export const listActions = defineRoute({
  method: 'get',
  path: '/v1/workflows/:uuid/actions',
  summary: 'What can be done to a workflow now',
  auth,
  params: uuidParams,
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
  share: 'submissions',
  idempotent: true,
  params: uuidParams.extend({ action: actionName }),
  body,
  result: answer,
  errors: ['action_not_allowed', 'precondition_failed', 'already_created'],
  example: { by: 'Ana', reason: 'asked_by_phone' },
  async handle({ params, body: given, caller, deps, reservation, request }) {
    const run = await findRun(deps, caller.tenant, params.uuid);
    requireMatch(request, runTag(run));
    const actor = caller.key.scopes.includes('staff') ? 'staff' : 'integrator';
    const asked = { ...given, action: params.action, actor, run, reservation } as const;
    return answerReply(await actOnRun(deps, asked));
  },
});
