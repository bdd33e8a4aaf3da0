import { defineRoute } from '../../http/route';
import { byUuid } from '../../fields';
import { findRun } from '../../runs/find-run';
import { presentRun } from '../../runs/present-run';

export const getWorkflow = defineRoute({
  method: 'get',
  path: '/v1/workflows/:uuid',
  summary: 'A workflow with its steps',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: byUuid,
  async handle({ params, caller, deps }) {
    const run = await findRun(deps, caller.tenant, params.uuid);
    return { result: presentRun(run, await deps.runKeys.find(run._id)) };
  },
});
