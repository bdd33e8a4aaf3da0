import type { WebhookDelivery } from '../../store/webhooks/webhook-deliveries';
import { endpointKey, type QueueStart } from '../../store/webhooks/webhook-queues';
import type { Ports } from '../ports';

/** Delay after which an existing queue picks up the deliveries if this process dies in between, in milliseconds. */
const SPARE_MS = 10_000;

export type ReopenPorts = Pick<Ports, 'pendingWebhooks' | 'webhookDeliveries' | 'webhookQueues'>;

/** Sends deliveries of one account again, immediately and in order. */
export async function reopenDeliveries(
  ports: ReopenPorts,
  deliveries: readonly WebhookDelivery[],
): Promise<void> {
  const { pendingWebhooks, webhookDeliveries, webhookQueues } = ports;
  const [first] = deliveries;
  if (first === undefined) return;
  const { account_uuid } = first;
  const now = Date.now();
  const runs = deliveries.flatMap(({ run_uuid }) => (run_uuid === null ? [] : [run_uuid]));
  await pendingWebhooks.clearGone(account_uuid, runs);
  const queues = new Map(deliveries.map((each) => [each.queue, queueOf(each)]));
  await webhookQueues.add([...queues.values()], new Date(now + SPARE_MS));
  const offsets = await pendingWebhooks.offsets(account_uuid, runs);
  for (const offset of new Set([0, ...offsets.values()])) {
    const these = deliveries.filter(({ queue }) => (offsets.get(queue) ?? 0) === offset);
    const uuids = these.map(({ _id }) => _id);
    await webhookDeliveries.reopen(account_uuid, uuids, now + offset);
  }
  await webhookQueues.retryNow(account_uuid, [...queues.keys()], new Date(now));
}

function queueOf({ queue, account_uuid, mode, run_uuid, url }: WebhookDelivery): QueueStart {
  const endpoint = endpointKey(account_uuid, mode, url);
  return { _id: queue, account_uuid, mode, run_uuid, endpoint, url };
}
