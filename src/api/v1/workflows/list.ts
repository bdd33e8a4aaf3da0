import { z } from 'zod';
import { run } from '../../documents/runs';
import { defineRoute, noFields } from '../../http/route';
import { paging } from '../../fields';
import { presentRuns } from '../../runs/find-run';

export const listWorkflows = defineRoute({
  method: 'get',
  path: '/v1/workflows',
  summary: 'List workflows, newest first',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: noFields,
  query: paging(10),
  result: z.array(run),
  async handle({ query, caller, deps }) {
    return { result: await presentRuns(deps, await deps.runs.list(caller.tenant, query)) };
  },
});
