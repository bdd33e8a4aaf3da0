/** Builds deliveries from a run's pending webhooks. */
import { derivedUuid } from '../platform/crypto/derived-uuid';
import type { OutboxEntry } from '../domain/run/outbox';
import type { RunWithPendingWebhooks } from '../store/webhooks/pending-webhooks';
import type { WebhookDelivery } from '../store/webhooks/webhook-deliveries';
import { endpointKey, type QueueStart } from '../store/webhooks/webhook-queues';

/** Hosts that never exist (RFC 2606): for test runs whose webhooks are read by `cerciora listen`. */
const NOWHERE = /\.invalid$/;

/** Builds the deliveries that a run lacks. Those without a callable address are parked immediately. */
export function buildDeliveries(run: RunWithPendingWebhooks, now: Date): WebhookDelivery[] {
  const fresh = run.outbox.filter(({ sequence }) => sequence > (run.webhooks_taken ?? 0));
  const fault = faultOf(run);
  return fresh.map((entry, index) => ({
    ...madeOf(run, entry),
    status: fault === null ? 'pending' : 'parked',
    fault,
    // Increasing times preserve the order in the list.
    created_at: new Date(now.getTime() + index),
    since: now.getTime() + run.clock_offset,
  }));
}

function madeOf(
  run: RunWithPendingWebhooks,
  { sequence, number, event, resource, resource_uuid }: OutboxEntry,
) {
  return {
    _id: derivedUuid(run._id, `webhook/${sequence}`),
    queue: run._id,
    account_uuid: run.account_uuid,
    mode: run.mode,
    run_uuid: run._id,
    ...{ sequence, number, event, resource, resource_uuid },
    url: run.callback_url,
    attempts: 0,
    ...{ status_code: null, latency_ms: null, answer: null },
    ...{ last_try_at: null, next_try_at: null, delivered_at: null },
  };
}

function faultOf(run: RunWithPendingWebhooks): string | null {
  if (run.webhooks_gone === true) return 'gone';
  const isNowhere = run.mode === 'test' && NOWHERE.test(new URL(run.callback_url).hostname);
  return isNowhere ? 'not_called' : null;
}

/** Builds the queue of a run's deliveries. */
export function buildQueue({
  _id,
  account_uuid,
  mode,
  callback_url,
}: RunWithPendingWebhooks): QueueStart {
  const endpoint = endpointKey(account_uuid, mode, callback_url);
  return { _id, account_uuid, mode, run_uuid: _id, endpoint, url: callback_url };
}
