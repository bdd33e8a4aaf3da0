import { presentRun } from '../../../presentation/present-run';
import { run as runDocument } from '../../openapi/runs';
import { uuidOf } from '../../fields';
import { defineRoute } from '../../server/route';
import { eraseRun } from '../../../application/runs/erase-run';
import { findRun } from '../../../application/runs/find-run';

export const erasePersonalData = defineRoute({
  method: 'delete',
  path: '/v1/workflows/:uuid/personal-data',
  summary: 'Erase the personal data of a finished workflow',
  description:
    'Erases submissions, files, destinations and metadata for good, by destroying the key of the workflow. Statuses, times, events, and proofs of consent without the person stay. 409 `conflict` before the workflow ended. May be repeated.',
  auth: { kind: 'key', scopes: ['runs:write'] },
  params: uuidOf('workflow'),
  result: runDocument,
  errors: ['conflict'],
  async handle({ params, caller, deps }) {
    await eraseRun(deps, await findRun(deps, caller.tenant, params.uuid));
    return { result: presentRun(await findRun(deps, caller.tenant, params.uuid), null) };
  },
});
