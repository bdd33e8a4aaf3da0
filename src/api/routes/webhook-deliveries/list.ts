import { pageSchema } from '../../openapi/page-schema';
import { delivery, deliveryStatus } from '../../openapi/webhooks';
import { paging, time, requestUuid } from '../../fields';
import { defineRoute, noFields } from '../../server/route';
import { pageOf } from '../../pagination';
import { presentDeliveries } from './present-delivery';
import { described } from '../../openapi/described';

const query = paging(20).extend({
  workflow_uuid: requestUuid('Only webhooks of the workflow with this UUID.').optional(),
  status: described(deliveryStatus.optional(), 'Only deliveries with this status.', 'parked'),
  created_after: described(time.optional(), 'Only webhooks of changes after this time.'),
  created_before: described(time.optional(), 'Only webhooks of changes before this time.'),
});

export const listDeliveries = defineRoute({
  method: 'get',
  path: '/v1/webhook-deliveries',
  summary: 'List webhook deliveries, newest first',
  description:
    "Lists the webhooks of the key's mode and what became of them. They are kept for 30 days.",
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
