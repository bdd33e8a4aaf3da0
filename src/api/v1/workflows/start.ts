import { byUuid, startBody } from '../../fields';
import { answer } from '../../documents/runs';
import { WRITING } from '../../documents/errors';
import { defineRoute } from '../../http/route';
import { findRun } from '../../runs/find-run';
import { startRun } from '../../runs/start-run';

export const startWorkflow = defineRoute({
  method: 'post',
  path: '/v1/workflows/:uuid/start',
  summary: 'Open a workflow for its person',
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: byUuid,
  body: startBody,
  result: answer,
  errors: WRITING,
  example: { coordinates: [-99.16, 19.42] },
  async handle(exchange) {
    const { deps, caller, params } = exchange;
    return startRun(exchange, await findRun(deps, caller.tenant, params.uuid));
  },
});
