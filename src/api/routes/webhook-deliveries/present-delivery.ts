/** Presents webhook deliveries. */
import { timestamp } from '../../../domain/run/timestamps';
import { openAnswer } from '../../../store/runs/sealed-content';
import type { WebhookDelivery } from '../../../store/webhooks/webhook-deliveries';
import type { ApiDependencies } from '../../dependencies';

/** Presents several deliveries of one account; loads the keys of their runs in one query. */
export async function presentDeliveries(
  { runKeys }: Pick<ApiDependencies, 'runKeys'>,
  deliveries: readonly WebhookDelivery[],
) {
  const answered = deliveries.filter(({ answer }) => answer !== null);
  const uuids = answered.flatMap(({ run_uuid }) => (run_uuid === null ? [] : [run_uuid]));
  const account = deliveries[0]?.account_uuid ?? '';
  const keys = await runKeys.findMany(account, [...new Set(uuids)]);
  return deliveries.map((each) => present(each, keys.get(each.run_uuid ?? '') ?? null));
}

/** Presents one delivery. */
export async function presentDelivery(
  deps: Pick<ApiDependencies, 'runKeys'>,
  delivery: WebhookDelivery,
) {
  const [only] = await presentDeliveries(deps, [delivery]);
  if (only === undefined) throw new Error('a delivery was lost while it was presented');
  return only;
}

function present(delivery: WebhookDelivery, key: Buffer | null) {
  const { event, resource, resource_uuid, sequence, status, attempts, fault } = delivery;
  return {
    uuid: delivery._id,
    workflow_uuid: delivery.run_uuid,
    ...{ sequence, event, resource, resource_uuid },
    callback_url: delivery.url,
    ...{ status, attempts, fault },
    status_code: delivery.status_code,
    latency_ms: delivery.latency_ms,
    answer: answerOf(delivery, key),
    created_at: timestamp(delivery.created_at.getTime()),
    last_try_at: timestampOf(delivery.last_try_at),
    next_try_at: timestampOf(delivery.next_try_at),
    delivered_at: timestampOf(delivery.delivered_at),
  };
}

function answerOf({ _id, answer, run_uuid }: WebhookDelivery, key: Buffer | null): string | null {
  if (answer === null) return null;
  if (run_uuid === null) return answer.toString();
  return key === null ? null : openAnswer(key, _id, answer).toString();
}

function timestampOf(at: Date | null): string | null {
  return at === null ? null : timestamp(at.getTime());
}
