import type { Tenant } from '../../store/runs/runs';
import type { DeliveryFilter, WebhookDelivery } from '../../store/webhooks/webhook-deliveries';
import { DomainError, notFound } from '../domain-error';
import { reopenDeliveries, type ReopenPorts } from './reopen-deliveries';

/** Maximum deliveries that one call sends again, so that it responds in time. */
const MAX_AT_ONCE = 500;

/** Sends a webhook again, whatever its status. @throws DomainError `not_found`, `action_not_allowed`. */
export async function redeliver(
  ports: ReopenPorts,
  tenant: Tenant,
  uuid: string,
): Promise<WebhookDelivery> {
  const { webhookDeliveries } = ports;
  const found = await webhookDeliveries.find(tenant, uuid);
  if (found === null) throw notFound('webhook delivery');
  if (found.fault === 'not_called') {
    const message = 'Addresses that end in .invalid are never called: use `cerciora listen`.';
    throw new DomainError('action_not_allowed', message);
  }
  await reopenDeliveries(ports, [found]);
  return (await webhookDeliveries.find(tenant, uuid)) ?? found;
}

/** Sends the oldest matching webhooks again. `more`: true if others match; repeat the call. */
export async function redeliverMany(
  ports: ReopenPorts,
  tenant: Tenant,
  filter: Omit<DeliveryFilter, 'called'>,
): Promise<{ redelivered: number; more: boolean }> {
  const wanted = { ...filter, called: true };
  const found = await ports.webhookDeliveries.oldest(tenant, wanted, MAX_AT_ONCE + 1);
  const these = found.slice(0, MAX_AT_ONCE);
  await reopenDeliveries(ports, these);
  return { redelivered: these.length, more: found.length > MAX_AT_ONCE };
}
