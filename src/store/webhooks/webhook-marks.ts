import type { ProjectionBatch } from '../../domain/run/projection-batch';

/** Fields of a run's document for its webhooks; runs without a callback URL have none of them. */
export interface WebhookMarks {
  /** Present while the outbox may hold webhooks without a delivery. */
  webhooks_owed_at?: Date;
  /** Sequence up to which deliveries were created. */
  webhooks_taken?: number;
  /** The receiver answered 410. */
  webhooks_gone?: boolean;
  /** When the last webhook was answered 2xx. */
  callback_at?: Date;
}

/** Returns what the write of a batch adds to the run's document: nothing for runs without a callback URL. */
export function listWebhookMarks({ items, view }: ProjectionBatch, now = new Date()): WebhookMarks {
  if (view.settings.callback_url === null) return {};
  // A clock that was moved on also moves webhooks that wait for their next try.
  const matters = items.some(
    ({ event, entries }) => entries.length > 0 || event.type === 'clock_advanced',
  );
  return matters ? { webhooks_owed_at: now } : {};
}
