/** Batches of events that a run's workflow writes to MongoDB, in order, each with the view after it. */
import type { NumberedEvent } from './events';
import type { OutboxEntry } from './outbox';
import type { RunView } from './view';

/** One event with the webhooks that it causes. */
export interface ProjectedEvent {
  event: NumberedEvent;
  entries: OutboxEntry[];
  /** The submission that the event is about, sealed (base64); only where it is stored together with the event. */
  sealed?: string;
}

/**
 * A run's events from `after + 1` on, without a gap, and the view after the last of them. A batch without events states
 * that the run has no events after `after`. `sealed` comes with event 1.
 */
export interface ProjectionBatch {
  after: number;
  items: ProjectedEvent[];
  view: RunView;
  /**
   * Workflow time of the task that wrote the batch, in milliseconds. Grows with each batch of a run; a task that is
   * executed again has a later one.
   */
  task_time: number;
  sealed?: string;
}

/** Returns `times_sum` of the view before a batch. */
export function timesSumBefore({ items, view }: Pick<ProjectionBatch, 'items' | 'view'>): number {
  return items.reduce((sum, { event }) => sum - (event.at - view.created_at), view.times_sum);
}
