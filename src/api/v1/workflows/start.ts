import { byUuid, startBody } from '../../fields';
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
  async handle(exchange) {
    const { deps, caller, params } = exchange;
    return startRun(exchange, await findRun(deps, caller.tenant, params.uuid));
  },
});
