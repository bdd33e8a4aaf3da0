import { z } from 'zod';
import { presentReview } from '../../../presentation/present-review';
import { pageSchema } from '../../openapi/page-schema';
import { described, textOrNull, time, uuid, uuidOrNull } from '../../openapi/described';
import { reference } from '../../openapi/runs';
import { customId } from '../../openapi/steps';
import { paging } from '../../fields';
import { defineRoute, noFields } from '../../server/route';
import { cutPage } from '../../pagination';
import { EXAMPLE_KEYS } from '../../../steps/example-keys';

const review = described(
  z.strictObject({
    workflow_uuid: uuid('UUID of the workflow in review.'),
    step_uuid: uuidOrNull('UUID of the step in review; null: the workflow as a whole.'),
    step: textOrNull(
      'Key of the step in review; null: the workflow as a whole.',
      EXAMPLE_KEYS.face,
    ),
    custom_id: customId,
    reason: textOrNull('Why it is in review, as a code.', 'manual_review', 'rule_not_evaluable'),
    in_review_since: time('Time since when it is in review.'),
    people_uuid: uuidOrNull('UUID that you gave to the person; null without one.'),
    external_reference_id: reference,
  }),
  'Something that a reviewer must decide.',
).meta({ id: 'Review' });

export const listReviews = defineRoute({
  method: 'get',
  path: '/v1/reviews',
  summary: 'List what is in review, the latest first',
  description:
    "The reviewers' queue. Decide each by the action `approve_step` or `reject_step` of its workflow.",
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
