/**
 * Merges a batch into a stored run. Local activities write before their workflow task is completed. A task whose worker
 * died is executed again, perhaps with other times and other events, and the events of the dead worker are void. So a
 * batch replaces everything that is stored from its first event on, unless a later task stored it.
 */
import type { NumberedEvent } from '../../domain/run/events';
import type { OutboxEntry } from '../../domain/run/outbox';
import type { ProjectionBatch } from '../../domain/run/projection-batch';

/** The stored events of a run. */
export interface StoredEvents {
  number: number;
  task_time: number;
  events: NumberedEvent[];
  outbox: OutboxEntry[];
}

/**
 * Returns the stored events after replacement by the batch; `stale` if a later task wrote, `gap` if events are missing.
 */
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
