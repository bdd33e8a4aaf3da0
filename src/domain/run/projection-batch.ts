/** Batches of events that a workflow writes to MongoDB, in order, each with the view after it. */
import type { NumberedEvent } from './events';
import type { OutboxEntry } from './outbox';
import type { RunView } from './view';

/** One event with the webhooks that it causes. */
export interface ProjectedEvent {
  event: NumberedEvent;
  entries: OutboxEntry[];
  /** Sealed submission of the event (base64), if it is stored together with the event. */
  sealed?: string;
}

/**
 * Consecutive events of a run from number `after + 1` on, and the view after the last of them. A batch without events
 * states that the run has no events after `after`. `sealed` is sent with event 1.
 */
export interface ProjectionBatch {
  after: number;
  items: ProjectedEvent[];
  view: RunView;
  /**
   * Workflow time of the task that wrote the batch, in milliseconds. Grows with each batch of a run; a repeated task
   * has a later time.
   */
  task_time: number;
  sealed?: string;
}

/** Returns `times_sum` of the view before a batch. */
export function timesSumBefore({ items, view }: Pick<ProjectionBatch, 'items' | 'view'>): number {
  return items.reduce((sum, { event }) => sum - (event.at - view.created_at), view.times_sum);
}
