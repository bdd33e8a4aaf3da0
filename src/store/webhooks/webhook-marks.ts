import type { ProjectionBatch } from '../../domain/run/projection-batch';

/** Fields of a run's document for its webhooks; runs without a callback URL have none of them. */
export interface WebhookMarks {
  /** Present while the outbox may have webhooks without a delivery. */
  webhooks_owed_at?: Date;
  /** Sequence up to which deliveries were created. */
  webhooks_taken?: number;
  /** True if the receiver responded 410. */
  webhooks_gone?: boolean;
  /** Time of the last webhook with a 2xx response. */
  callback_at?: Date;
}

/** Returns the marks that the write of a batch adds to the run's document; none for runs without a callback URL. */
export function listWebhookMarks({ items, view }: ProjectionBatch, now = new Date()): WebhookMarks {
  if (view.settings.callback_url === null) return {};
  // Moving a clock forward also moves webhooks that wait for their next attempt.
  const matters = items.some(
    ({ event, entries }) => entries.length > 0 || event.type === 'clock_advanced',
  );
  return matters ? { webhooks_owed_at: now } : {};
}
