import { step } from '../../openapi/steps';
import { uuidOf } from '../../fields';
import { defineRoute } from '../../server/route';
import { stepTag } from '../../server/etag';
import { findRunOfStep, stepOf } from '../../../application/runs/find-run';
import { presentStep } from '../../../presentation/present-run';

export const getStep = defineRoute({
  method: 'get',
  path: '/v1/steps/:uuid',
  summary: 'Read a step of a workflow',
  description: 'Returns the step as of the last write that was answered, with its payload.',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: uuidOf('step'),
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
