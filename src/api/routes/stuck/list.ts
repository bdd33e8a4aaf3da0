import { z } from 'zod';
import { timestamp } from '../../../domain/run/timestamps';
import type { StuckCause, StuckRun } from '../../../store/runs/stuck-runs';
import { paging } from '../../fields';
import { at, uuid } from '../../openapi/runs';
import { pageSchema } from '../../openapi/page-schema';
import { pageOf } from '../../pagination';
import { defineRoute, noFields } from '../../server/route';

const REPAIR = 'then run `cerciora runs check --repair` with its uuid.';
/** Instructions for an operator, by cause. */
const FIXES: Record<StuckCause, string> = {
  projection_too_large: `Its document has 16 MiB. Make room in it, ${REPAIR}`,
  projection_invalid: `MongoDB refuses its document by a rule of the collection. Change the rule, ${REPAIR}`,
  projection_gap: `MongoDB lacks earlier events of it. Restore a later backup, ${REPAIR}`,
};

const stuck = z
  .strictObject({
    workflow_uuid: uuid,
    cause: z
      .enum(['projection_too_large', 'projection_invalid', 'projection_gap'])
      .meta({ description: 'Why its newest events cannot be stored.' }),
    fix: z.string().meta({ description: 'What an operator can do about it.' }),
    since: at,
  })
  .meta({ id: 'StuckWorkflow' });

export const listStuck = defineRoute({
  method: 'get',
  path: '/v1/stuck',
  summary: 'Workflows whose newest events cannot be stored, with cause and fix, the latest first',
  auth: { kind: 'key', scopes: ['staff'] },
  params: noFields,
  query: paging(20),
  result: pageSchema(stuck),
  async handle({ query, caller, deps }) {
    const place = { skip: (query.page - 1) * query.per_page, limit: query.per_page + 1 };
    const found = await deps.stuckRuns.list(caller.tenant, place);
    const url = new URL('/v1/stuck', deps.config.PUBLIC_URL);
    return { result: pageOf(found.map(present), query, url) };
  },
});

function present({ run_uuid, cause, since }: StuckRun) {
  return { workflow_uuid: run_uuid, cause, fix: FIXES[cause], since: timestamp(since.getTime()) };
}
