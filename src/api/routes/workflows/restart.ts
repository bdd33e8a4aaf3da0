import { z } from 'zod';
import { run as runDocument } from '../../openapi/runs';
import { uuidParams, email, phone } from '../../fields';
import { defineRoute } from '../../server/route';
import { restartRun } from '../../../application/creation/restart-run';
import { findRun } from '../../../application/runs/find-run';
import { createdReply } from '../../created-reply';

export const restartWorkflow = defineRoute({
  method: 'post',
  path: '/v1/workflows/:uuid/restart',
  summary:
    'Start a workflow anew for a wrong number: forms are kept, destinations asked again unless they are given; one that goes on is cancelled',
  auth: { kind: 'key', scopes: ['runs:write'] },
  share: 'creations',
  idempotent: true,
  params: uuidParams,
  body: z.strictObject({ phone: phone.optional(), email: email.optional() }),
  result: runDocument,
  errors: ['action_not_allowed', 'already_created', 'too_large'],
  example: { phone: '+573100000000' },
  async handle({ params, body: destinations, caller, deps, reservation, request_id }) {
    const run = await findRun(deps, caller.tenant, params.uuid);
    const request = { caller, reservation, request_id, by: caller.key.name };
    return createdReply(await restartRun(deps, { ...request, run, destinations }));
  },
});
