import { run } from '../../openapi/runs';
import { defineRoute } from '../../server/route';
import { uuidOf } from '../../fields';
import { runTag } from '../../server/etag';
import { findRun } from '../../../application/runs/find-run';
import { presentRun } from '../../../presentation/present-run';

export const getWorkflow = defineRoute({
  method: 'get',
  path: '/v1/workflows/:uuid',
  summary: 'Read a workflow with its steps',
  description: 'Returns the workflow as of the last write that was answered, with all its steps.',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: uuidOf('workflow'),
  result: run,
  responseHeaders: ['ETag'],
  async handle({ params, caller, deps }) {
    const found = await findRun(deps, caller.tenant, params.uuid);
    const result = presentRun(found, await deps.runKeys.find(found.view));
    return { result, headers: { ETag: runTag(found) } };
  },
});
