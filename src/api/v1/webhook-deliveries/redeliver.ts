import { delivery } from '../../documents/webhooks';
import { byUuid } from '../../fields';
import { defineRoute } from '../../http/route';
import { ApiError, notFound } from '../../problems';
import { presentDelivery } from '../../webhooks/present-delivery';
import { reopen } from '../../webhooks/reopen';

export const redeliver = defineRoute({
  method: 'post',
  path: '/v1/webhook-deliveries/:uuid/redeliver',
  summary: 'Deliver a webhook again, whatever became of it',
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: byUuid,
  result: delivery,
  errors: ['action_not_allowed'],
  async handle({ params, caller, deps }) {
    const { webhookDeliveries } = deps;
    const found = await webhookDeliveries.find(caller.tenant, params.uuid);
    if (found === null) throw notFound('webhook delivery');
    if (found.fault === 'not_called') {
      const message =
        'Nobody is called at an address that ends in .invalid: use `cerciora listen`.';
      throw new ApiError('action_not_allowed', message);
    }
    await reopen(deps, [found]);
    const now = await webhookDeliveries.find(caller.tenant, params.uuid);
    const result = await presentDelivery(deps, now ?? found);
    // What was answered may repeat what is personal: what is kept of this goes with the run.
    return { result, ...(found.run_uuid !== null && { run_uuid: found.run_uuid }) };
  },
});
