import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../src/activities';
import type { RunView } from '../../src/runs/view';
import { mergeBatch, type ProjectionBatch, type StoredEvents } from '../../src/store/merge-batch';

export type StoredRun = StoredEvents & { view: RunView };

const NOTHING: StoredEvents = { number: 0, task_time: 0, events: [], outbox: [] };

/** A projection in memory by the store's own rule. */
export class FakeProjection {
  readonly runs = new Map<string, StoredRun>();
  /** Whether MongoDB is away. */
  isDown = false;
  calls = 0;
  /** The times of all batches that came, stored or not. */
  readonly taskTimes: number[] = [];

  readonly activities: Activities = {
    projectRun: (batch) => {
      this.calls += 1;
      this.taskTimes.push(batch.task_time);
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

  private store(batch: ProjectionBatch): void {
    const { view } = batch;
    const stored = this.runs.get(view.uuid) ?? { ...NOTHING, view };
    const merged = mergeBatch(stored, batch);
    if (merged === 'gap') throw ApplicationFailure.create({ type: 'projection_gap' });
    if (merged !== 'stale') this.runs.set(view.uuid, { ...merged, view });
  }
}
