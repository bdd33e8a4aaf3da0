import { z } from 'zod';
import { presentReview } from '../../../presentation/present-review';
import { pageSchema } from '../../openapi/page-schema';
import { at, uuid } from '../../openapi/runs';
import { paging } from '../../fields';
import { defineRoute, noFields } from '../../server/route';
import { cutPage } from '../../pagination';

const review = z
  .strictObject({
    workflow_uuid: uuid,
    step_uuid: uuid.nullable().meta({ description: 'Null: the workflow as a whole is in review.' }),
    step: z.string().nullable().meta({ description: 'The step key.' }),
    custom_id: z.string().nullable(),
    reason: z
      .string()
      .nullable()
      .meta({ examples: ['manual_review', 'rule_not_evaluable'] }),
    in_review_since: at,
    people_uuid: uuid.nullable(),
    external_reference_id: z.union([z.string(), z.number()]).nullable(),
  })
  .meta({ id: 'Review' });

export const listReviews = defineRoute({
  method: 'get',
  path: '/v1/reviews',
  summary:
    'What awaits a reviewer, the latest first; decided by the action approve_step or reject_step',
  auth: { kind: 'key', scopes: ['staff'] },
  params: noFields,
  query: paging(20),
  result: pageSchema(review),
  async handle({ query, caller, deps }) {
    const { page, per_page } = query;
    const place = { skip: (page - 1) * per_page, limit: per_page };
    const { items: runs, hasMore } = await deps.runs.listInReview(caller.tenant, place);
    const uuids = runs.map(({ _id }) => _id);
    const keys = await deps.runKeys.findMany(caller.tenant.account_uuid, uuids);
    const reviews = runs.map((run) => presentReview(run, keys.get(run._id) ?? null));
    const url = new URL('/v1/reviews', deps.config.PUBLIC_URL);
    return { result: cutPage({ items: reviews, hasMore }, query, url) };
  },
});
