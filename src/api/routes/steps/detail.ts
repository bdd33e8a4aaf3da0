import { step } from '../../openapi/runs';
import { uuidParams } from '../../fields';
import { defineRoute } from '../../server/route';
import { stepTag } from '../../server/etag';
import { findRunOfStep, stepOf } from '../../../application/runs/find-run';
import { presentStep } from '../../../presentation/present-run';

export const getStep = defineRoute({
  method: 'get',
  path: '/v1/steps/:uuid',
  summary: 'A step of a workflow',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: uuidParams,
  result: step,
  responseHeaders: ['ETag'],
  async handle({ params, caller, deps }) {
    const run = await findRunOfStep(deps, caller.tenant, params.uuid);
    const key = await deps.runKeys.find(run.view);
    const found = stepOf(run, params.uuid);
    const headers = { ETag: stepTag(run, found) };
    return { result: presentStep(run, found, key), headers };
  },
});
