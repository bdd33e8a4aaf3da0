import { presentRun } from '../../../presentation/present-run';
import { run as runDocument } from '../../openapi/runs';
import { uuidParams } from '../../fields';
import { defineRoute } from '../../server/route';
import { eraseRun } from '../../../application/runs/erase-run';
import { findRun } from '../../../application/runs/find-run';

export const erasePersonalData = defineRoute({
  method: 'delete',
  path: '/v1/workflows/:uuid/personal-data',
  summary: 'Erase what is personal in a finished workflow, for good; what proves it stays',
  auth: { kind: 'key', scopes: ['runs:write'] },
  params: uuidParams,
  result: runDocument,
  errors: ['conflict'],
  async handle({ params, caller, deps }) {
    await eraseRun(deps, await findRun(deps, caller.tenant, params.uuid));
    return { result: presentRun(await findRun(deps, caller.tenant, params.uuid), null) };
  },
});
