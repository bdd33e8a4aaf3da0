/** Builds the bodies of webhooks: the change, with the state as of that change. */
import { presentRun, presentStep } from './present-run';
import { timestamp } from '../domain/run/timestamps';
import { fold } from '../domain/run/view';
import type { WholeRun } from '../store/webhooks/pending-webhooks';
import type { WebhookDelivery } from '../store/webhooks/webhook-deliveries';

/** Bytes of a body. Common receivers refuse more, and each worker has up to a hundred bodies in memory. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Builds the body of a run's webhook, identical at each attempt: its `callback_at` is null. `key` is null if it was
 * destroyed: then personal data are null. A body beyond `MAX_BODY_BYTES` leaves out the metadata and the payloads of steps, and says so.
 * @throws Error if the run lacks the event: a database restored from a backup.
 */
export function buildWebhookPayload(
  run: WholeRun,
  key: Buffer | null,
  delivery: WebhookDelivery,
): string {
  const { event, resource, resource_uuid, number } = delivery;
  const events = run.events.filter((each) => each.number <= (number ?? 0));
  const last = events.at(-1);
  if (last?.number !== number) throw new Error(`run ${run._id} lacks event ${number}`);
  // The time of the last accepted webhook changes between attempts.
  const { callback_at: _changing, ...unchanging } = run;
  const then = { ...unchanging, view: fold(null, events) };
  const step = then.view.steps.find(({ uuid }) => uuid === resource_uuid);
  const change = { event, resource, resource_uuid };
  if (step !== undefined) {
    return JSON.stringify({ ...change, payload: presentStep(then, step, key, last.at) });
  }
  const payload = presentRun(then, key, last.at);
  const body = JSON.stringify({ ...change, payload });
  if (Buffer.byteLength(body) <= MAX_BODY_BYTES) return body;
  const steps = payload.steps.map((each) => ({ ...each, payload: null }));
  const short = { ...payload, metadata: null, steps };
  return JSON.stringify({ ...change, payload: short, content_omitted: true });
}

/** Builds the body of a test event. */
export function buildTestPayload(delivery: WebhookDelivery): string {
  const { event, resource, resource_uuid, mode, created_at } = delivery;
  const payload = { mode, created_at: timestamp(created_at.getTime()) };
  return JSON.stringify({ event, resource, resource_uuid, payload });
}
