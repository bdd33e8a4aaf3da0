import { z } from 'zod';
import { sendTestEvent as send } from '../../../application/webhooks/send-test-event';
import { delivery as document } from '../../openapi/webhooks';
import { defineRoute, noFields } from '../../server/route';
import { presentDelivery } from './present-delivery';
import { described } from '../../openapi/described';

export const sendTestEvent = defineRoute({
  method: 'post',
  path: '/v1/webhook-deliveries/test',
  summary: 'Send a test event to an address',
  description:
    'Sends one signed event to the address, once, with `resource_uuid` as the uuid of the delivery. Read what became of it by `GET /v1/webhook-deliveries/{uuid}`.',
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: noFields,
  body: z.strictObject({
    callback_url: described(
      z.string(),
      'https address that is called; outside production also http on the same machine.',
      'https://backend.example.com/webhooks',
    ),
  }),
  result: document,
  status: 201,
  example: { callback_url: 'https://backend.example.com/webhooks' },
  async handle({ body: { callback_url: url }, caller, deps, reservation }) {
    const delivery = await send(deps, caller.tenant, { url, reservation });
    return { result: await presentDelivery(deps, delivery), status: 201 };
  },
});
