import { run } from '../../openapi/runs';
import { defineRoute } from '../../server/route';
import { uuidParams } from '../../fields';
import { runTag } from '../../server/etag';
import { findRun } from '../../../application/runs/find-run';
import { presentRun } from '../../../presentation/present-run';

export const getWorkflow = defineRoute({
  method: 'get',
  path: '/v1/workflows/:uuid',
  summary: 'A workflow with its steps',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: uuidParams,
  result: run,
  responseHeaders: ['ETag'],
  async handle({ params, caller, deps }) {
    const found = await findRun(deps, caller.tenant, params.uuid);
    const result = presentRun(found, await deps.runKeys.find(found.view));
    return { result, headers: { ETag: runTag(found) } };
  },
});
