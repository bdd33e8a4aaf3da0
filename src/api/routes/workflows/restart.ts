import { z } from 'zod';
import { run as runDocument } from '../../openapi/runs';
import { email, phone, uuidOf } from '../../fields';
import { defineRoute } from '../../server/route';
import { restartRun } from '../../../application/creation/restart-run';
import { findRun } from '../../../application/runs/find-run';
import { createdReply } from '../../created-reply';
import { described } from '../../openapi/described';

export const restartWorkflow = defineRoute({
  method: 'post',
  path: '/v1/workflows/:uuid/restart',
  summary: 'Replace a workflow whose person gave a wrong number',
  description:
    'Creates a new workflow with the same steps. Forms keep what was filled in; destinations of codes are asked again, unless they are given here. The first workflow is cancelled if it is still open. Returns the new one, with `restarted_from`.',
  auth: { kind: 'key', scopes: ['runs:write'] },
  share: 'creations',
  idempotent: true,
  params: uuidOf('workflow'),
  body: z.strictObject({
    phone: described(
      phone.optional(),
      'The right phone, in E.164; by default it is asked.',
      '+573100000000',
    ),
    email: described(
      email.optional(),
      'The right email; by default it is asked.',
      'ana@example.com',
    ),
  }),
  result: runDocument,
  errors: ['action_not_allowed', 'already_created', 'too_large'],
  example: { phone: '+573100000000' },
  async handle({ params, body: destinations, caller, deps, reservation, request_id }) {
    const run = await findRun(deps, caller.tenant, params.uuid);
    const request = { caller, reservation, request_id, by: caller.key.name };
    return createdReply(await restartRun(deps, { ...request, run, destinations }));
  },
});
