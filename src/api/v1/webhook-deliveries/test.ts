import { z } from 'zod';
import type { WebhookDelivery } from '../../../store/webhooks/webhook-deliveries';
import { endpointOf } from '../../../store/webhooks/webhook-queues';
import { delivery as document } from '../../documents/webhooks';
import { defineRoute, noFields } from '../../http/route';
import { presentDelivery } from '../../webhooks/present-delivery';
import { requireCallable } from '../../webhooks/require-callable';

/** Of a test event, which goes out once: what the others hold of tries, of none. */
const UNTRIED = {
  ...{ attempts: 0, fault: null, status_code: null, latency_ms: null, answer: null },
  ...{ last_try_at: null, next_try_at: null, delivered_at: null },
};

export const sendTestEvent = defineRoute({
  method: 'post',
  path: '/v1/webhook-deliveries/test',
  summary: 'Send a signed test event to an address, once; what became of it is read as a delivery',
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: noFields,
  body: z.strictObject({ callback_url: z.string() }),
  result: document,
  status: 201,
  example: { callback_url: 'https://backend.example.com/webhooks' },
  async handle({ body: { callback_url: url }, caller, deps, reservation }) {
    requireCallable(deps.guard, url);
    const { account_uuid, mode } = caller.tenant;
    const { uuid } = reservation;
    const place = { account_uuid, mode, run_uuid: null, url };
    const delivery: WebhookDelivery = {
      ...place,
      ...{ _id: uuid, queue: uuid, sequence: 1, number: null },
      ...{ event: 'test', resource: 'workflow', resource_uuid: uuid, status: 'pending' },
      ...{ created_at: new Date(reservation.at), since: reservation.at },
      ...UNTRIED,
    };
    await deps.webhookDeliveries.add([delivery]);
    const endpoint = endpointOf(account_uuid, mode, url);
    await deps.webhookQueues.add([{ ...place, _id: uuid, endpoint }], new Date(reservation.at));
    return { result: await presentDelivery(deps, delivery), status: 201 };
  },
});
