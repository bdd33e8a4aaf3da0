import { buildWebhookPayload, buildTestPayload } from '../../../presentation/present-webhook';
import type { WebhookDelivery } from '../../../store/webhooks/webhook-deliveries';
import type { ApiDependencies } from '../../dependencies';
import { deliveryWithBody } from '../../openapi/webhooks';
import { uuidOf } from '../../fields';
import { defineRoute } from '../../server/route';
import { notFound } from '../../../application/domain-error';
import { presentDelivery } from './present-delivery';

export const getDelivery = defineRoute({
  method: 'get',
  path: '/v1/webhook-deliveries/:uuid',
  summary: 'Read a webhook delivery with its body',
  description: 'Returns what became of the webhook, and the body that is sent.',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: uuidOf('webhook delivery'),
  result: deliveryWithBody,
  async handle({ params, caller, deps }) {
    const found = await deps.webhookDeliveries.find(caller.tenant, params.uuid);
    if (found === null) throw notFound('webhook delivery');
    const body = await bodyOf(deps, found);
    return { result: { ...(await presentDelivery(deps, found)), body } };
  },
});

async function bodyOf(deps: ApiDependencies, delivery: WebhookDelivery): Promise<string | null> {
  const { account_uuid, run_uuid: uuid } = delivery;
  if (uuid === null) return buildTestPayload(delivery);
  const run = await deps.pendingWebhooks.load({ account_uuid, uuid });
  return run === null
    ? null
    : buildWebhookPayload(run, await deps.runKeys.find(run.view), delivery);
}
