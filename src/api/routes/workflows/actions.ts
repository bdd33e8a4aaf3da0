import { z } from 'zod';
import { actOnRun } from '../../../application/runs/act-on-run';
import { allowedActions } from '../../../application/runs/allowed-actions';
import { findRun } from '../../../application/runs/find-run';
import { answerReply } from '../../answer-reply';
import { action, actionName, answer } from '../../openapi/runs';
import { singleLine, uuidOf } from '../../fields';
import { requireMatch, runTag } from '../../server/etag';
import { defineRoute } from '../../server/route';
import { described, channelName } from '../../openapi/described';

const auth = { kind: 'key' as const, scopes: ['staff' as const, 'runs:write' as const] };
/** A text of one line. It is shown in the Temporal UI and stored unencrypted. */
const text = singleLine(200);

const body = z.strictObject({
  by: described(text, 'Name of who decided, shown on the timeline; up to 200 characters.', 'Ana'),
  reason: described(
    text,
    'Reason, shown on the timeline and to operators; up to 200 characters, nothing personal.',
    'asked_by_phone',
  ),
  channel: described(
    channelName.optional(),
    'For `switch_channel` alone: the channel to switch to, one of `channels` of the action.',
    'whatsapp',
  ),
});

export const listActions = defineRoute({
  method: 'get',
  path: '/v1/workflows/:uuid/actions',
  summary: 'List the actions that a workflow allows now',
  description:
    'Actions that your staff, or with `runs:write` your backend, can do to the workflow at this moment. Empty once it ended. With `runs:write` alone only `cancel` is allowed.',
  auth,
  params: uuidOf('workflow'),
  result: described(z.array(action), 'Actions that are allowed now.'),
  async handle({ params, caller, deps }) {
    const { view } = await findRun(deps, caller.tenant, params.uuid);
    return { result: allowedActions(view, caller.key.scopes.includes('staff')) };
  },
});

export const takeAction = defineRoute({
  method: 'post',
  path: '/v1/workflows/:uuid/actions/:action',
  summary: 'Do an action to a workflow',
  description:
    'Does what `GET /v1/workflows/{uuid}/actions` lists; another action gets 409 `action_not_allowed`. `resend_code` and `switch_channel` count in `max_sends` and in the budgets, and do not wait for `resend_after`. The action, its reason and its author appear on the timeline.',
  auth,
  share: 'submissions',
  idempotent: true,
  params: uuidOf('workflow').extend({ action: actionName }),
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
