import type { Reservation } from '../../store/accounts/idempotency';
import type { Tenant } from '../../store/runs/runs';
import type { WebhookDelivery } from '../../store/webhooks/webhook-deliveries';
import { endpointKey } from '../../store/webhooks/webhook-queues';
import type { Ports } from '../ports';
import { requireCallable } from './require-callable';

/** Sends a signed test event to an address, once. @throws DomainError `validation_failed` for a forbidden address. */
export async function sendTestEvent(
  ports: Pick<Ports, 'guard' | 'webhookDeliveries' | 'webhookQueues'>,
  { account_uuid, mode }: Tenant,
  { url, reservation }: { url: string; reservation: Reservation },
): Promise<WebhookDelivery> {
  requireCallable(ports.guard, url);
  const { uuid, at } = reservation;
  const place = { account_uuid, mode, run_uuid: null, url };
  const delivery: WebhookDelivery = {
    ...place,
    _id: uuid,
    queue: uuid,
    sequence: 1,
    number: null,
    event: 'test',
    resource: 'workflow',
    resource_uuid: uuid,
    status: 'pending',
    created_at: new Date(at),
    since: at,
    attempts: 0,
    fault: null,
    status_code: null,
    latency_ms: null,
    answer: null,
    last_try_at: null,
    next_try_at: null,
    delivered_at: null,
  };
  await ports.webhookDeliveries.add([delivery]);
  const endpoint = endpointKey(account_uuid, mode, url);
  await ports.webhookQueues.add([{ ...place, _id: uuid, endpoint }], new Date(at));
  return delivery;
}
