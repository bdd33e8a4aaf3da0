import { z } from 'zod';
import { timestamp } from '../../../domain/run/timestamps';
import type { StuckCause, StuckRun } from '../../../store/runs/stuck-runs';
import { paging } from '../../fields';
import { described, text, time, uuid } from '../../openapi/described';
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

const stuck = described(
  z.strictObject({
    workflow_uuid: uuid('UUID of the workflow.'),
    cause: described(
      z.enum(['projection_too_large', 'projection_invalid', 'projection_gap']),
      'Reason why its newest events cannot be stored.',
      'projection_too_large',
    ),
    fix: text('Instructions for an operator.', FIXES.projection_too_large),
    since: time('Time since when they cannot be stored.'),
  }),
  'A workflow whose newest events cannot be stored.',
).meta({ id: 'StuckWorkflow' });

export const listStuck = defineRoute({
  method: 'get',
  path: '/v1/stuck',
  summary: 'List workflows whose newest events cannot be stored, the latest first',
  description:
    'Each has a cause and instructions. The workflows go on in Temporal; reads show their last stored state until the repair.',
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
