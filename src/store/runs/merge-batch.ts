/**
 * What becomes of a stored run when a batch arrives. Local activities write before their workflow task is completed: a
 * task whose worker died is executed again, perhaps with other times and other events, and what the dead one stored was
 * never true. So a batch replaces whatever is stored from its first event on, unless that came from a later task.
 */
import type { NumberedEvent } from '../../domain/run/events';
import type { OutboxEntry } from '../../domain/run/outbox';
import type { ProjectionBatch } from '../../domain/run/projection-batch';

/** What is stored of a run's events. */
export interface StoredEvents {
  number: number;
  task_time: number;
  events: NumberedEvent[];
  outbox: OutboxEntry[];
}

/** The stored events with the batch in its place; `stale` where a later task wrote, `gap` where events are missing. */
export function mergeBatch(
  stored: StoredEvents,
  batch: ProjectionBatch,
): StoredEvents | 'stale' | 'gap' {
  if (stored.task_time > batch.task_time) return 'stale';
  if (stored.number < batch.after) return 'gap';
  return {
    number: batch.view.number,
    task_time: batch.task_time,
    events: [
      ...stored.events.filter((event) => event.number <= batch.after),
      ...batch.items.map((item) => item.event),
    ],
    outbox: [
      ...stored.outbox.filter((entry) => entry.number <= batch.after),
      ...batch.items.flatMap((item) => item.entries),
    ],
  };
}
