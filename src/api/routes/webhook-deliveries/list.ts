import { pageSchema } from '../../openapi/page-schema';
import { delivery, deliveryStatus } from '../../openapi/webhooks';
import { uuidParams, paging, time } from '../../fields';
import { defineRoute, noFields } from '../../server/route';
import { pageOf } from '../../pagination';
import { presentDeliveries } from './present-delivery';

const query = paging(20).extend({
  workflow_uuid: uuidParams.shape.uuid.optional(),
  status: deliveryStatus.optional(),
  created_after: time.optional(),
  created_before: time.optional(),
});

export const listDeliveries = defineRoute({
  method: 'get',
  path: '/v1/webhook-deliveries',
  summary: 'List webhook deliveries, newest first; they are kept for 30 days',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: noFields,
  query,
  result: pageSchema(delivery),
  async handle({ query: given, caller, deps, request }) {
    const { page, per_page, workflow_uuid: run_uuid, ...filter } = given;
    const place = { skip: (page - 1) * per_page, limit: per_page + 1 };
    const found = await deps.webhookDeliveries.list(caller.tenant, { ...filter, run_uuid }, place);
    const items = await presentDeliveries(deps, found);
    // Links to other pages have the same filter.
    const url = new URL('/v1/webhook-deliveries', deps.config.PUBLIC_URL);
    url.search = /\?.*$/.exec(request.url)?.[0] ?? '';
    return { result: pageOf(items, { page, per_page }, url) };
  },
});
