import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../src/activities';
import type { NumberedEvent } from '../../src/runs/events';
import type { OutboxEntry } from '../../src/runs/outbox';
import type { RunView } from '../../src/runs/view';
import type { ProjectionBatch } from '../../src/store/runs';

export interface StoredRun {
  view: RunView;
  events: NumberedEvent[];
  outbox: OutboxEntry[];
}

/** A projection in memory with the store's rules: seen events are left out, a gap is an error. */
export class FakeProjection {
  readonly runs = new Map<string, StoredRun>();
  /** Whether MongoDB is away. */
  isDown = false;
  calls = 0;

  readonly activities: Activities = {
    projectRun: (batch) => {
      this.calls += 1;
      if (this.isDown) {
        return Promise.reject(ApplicationFailure.create({ type: 'store_unavailable' }));
      }
      this.store(batch);
      return Promise.resolve();
    },
  };

  get(uuid: string): StoredRun {
    const found = this.runs.get(uuid);
    if (found === undefined) throw new Error(`nothing was projected of run ${uuid}`);
    return found;
  }

  private store({ items, view }: ProjectionBatch): void {
    const stored = this.runs.get(view.uuid) ?? { events: [], outbox: [], view };
    const fresh = items.filter(({ event }) => event.number > stored.events.length);
    const [first] = fresh;
    if (first === undefined) return;
    if (first.event.number !== stored.events.length + 1) {
      throw ApplicationFailure.create({ type: 'projection_gap' });
    }
    this.runs.set(view.uuid, {
      view,
      events: [...stored.events, ...fresh.map(({ event }) => event)],
      outbox: [...stored.outbox, ...fresh.flatMap(({ entries }) => entries)],
    });
  }
}
