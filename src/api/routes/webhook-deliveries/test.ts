import { z } from 'zod';
import { sendTestEvent as send } from '../../../application/webhooks/send-test-event';
import { delivery as document } from '../../openapi/webhooks';
import { defineRoute, noFields } from '../../server/route';
import { presentDelivery } from './present-delivery';

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
    const delivery = await send(deps, caller.tenant, { url, reservation });
    return { result: await presentDelivery(deps, delivery), status: 201 };
  },
});
