/** State of a delivery worker's visit to one queue. */
import type { WholeRun } from '../store/webhooks/pending-webhooks';
import type { WebhookQueue } from '../store/webhooks/webhook-queues';

/** `done`: nothing is open. `failed`: the receiver refused or did not answer. `interrupted`: stopped before either. */
export type QueueResult = 'done' | 'failed' | 'interrupted';

/** Data from which payloads are built; null for a test event. */
type Source = { run: WholeRun; key: Buffer | null } | null;

/** A visit to one queue. */
export interface Visit {
  queue: WebhookQueue;
  source: Source;
  secrets: readonly string[];
  failures: number;
  delivered_at: Date | null;
  signal: AbortSignal;
  /** End of the visit, by the monotonic clock in milliseconds. */
  ends: number;
  signed: number;
}
