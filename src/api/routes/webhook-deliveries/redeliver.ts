import { redeliver as sendAgain } from '../../../application/webhooks/redeliver';
import { delivery } from '../../openapi/webhooks';
import { uuidOf } from '../../fields';
import { defineRoute } from '../../server/route';
import { presentDelivery } from './present-delivery';

export const redeliver = defineRoute({
  method: 'post',
  path: '/v1/webhook-deliveries/:uuid/redeliver',
  summary: 'Deliver a webhook again',
  description:
    'Puts the webhook back into the queue of its workflow, with the same `webhook-id` and body, even if it was delivered. 409 `action_not_allowed` for an address that ends in `.invalid`, which is never called.',
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: uuidOf('webhook delivery'),
  result: delivery,
  errors: ['action_not_allowed'],
  async handle({ params, caller, deps }) {
    const found = await sendAgain(deps, caller.tenant, params.uuid);
    const result = await presentDelivery(deps, found);
    // The receiver's response may echo personal data: a stored copy of this response is erased with the run.
    return { result, ...(found.run_uuid !== null && { run_uuid: found.run_uuid }) };
  },
});
