import { startBody, uuidOf } from '../../fields';
import { answer } from '../../openapi/runs';
import { WRITING } from '../../openapi/errors';
import { defineRoute } from '../../server/route';
import { findRun } from '../../../application/runs/find-run';
import { startRun } from '../../../application/runs/start-run';
import { answerReply } from '../../answer-reply';
import { describeClient } from '../../client-of';

export const startWorkflow = defineRoute({
  method: 'post',
  path: '/v1/workflows/:uuid/start',
  summary: 'Open a workflow for its person',
  description:
    "For backends with pages of their own: does what `POST /v1/session/start` does for the person's page. The first step begins; a repetition counts as activity.",
  auth: { kind: 'key', scopes: ['runs:write'] },
  share: 'submissions',
  idempotent: true,
  params: uuidOf('workflow'),
  body: startBody,
  result: answer,
  errors: WRITING,
  example: { coordinates: [-99.16, 19.42] },
  async handle({ deps, params, body, caller, reservation, request }) {
    const run = await findRun(deps, caller.tenant, params.uuid);
    const client = describeClient(request);
    return answerReply(await startRun(deps, { ...body, run, caller, reservation, client }));
  },
});
