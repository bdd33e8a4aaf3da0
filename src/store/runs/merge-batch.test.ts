import fc from 'fast-check';
import { foldWithWebhooks } from '../../domain/run/outbox';
import type { NumberedEvent } from '../../domain/run/events';
import type { RunView } from '../../domain/run/view';
import { runCreated } from '../../../test/support/new-run';
import type { ProjectionBatch } from '../../domain/run/projection-batch';
import { mergeBatch, type StoredEvents } from './merge-batch';

const NOTHING: StoredEvents = { number: 0, task_time: 0, events: [], outbox: [] };
const created = runCreated({ callback_url: 'https://example.com' });

/** Returns the next events of a run after `view`, as a task at `time` would create them. */
function eventsAfter(view: RunView, count: number, time: number): NumberedEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    number: view.number + index + 1,
    at: time,
    type: 'run_opened',
    actor: 'person',
    step_uuid: null,
    data: { submission_id: `${time}` },
  }));
}

function batchOf(start: RunView | null, events: NumberedEvent[], time: number): ProjectionBatch {
  let view = start;
  const items = events.map((event) => {
    const folded = foldWithWebhooks(view, [event]);
    view = folded.view;
    return { event, entries: folded.entries };
  });
  if (view === null) throw new Error('a batch needs an event or a view');
  return { after: start?.number ?? 0, items, view, task_time: time };
}

function merge(stored: StoredEvents, batch: ProjectionBatch): StoredEvents {
  const merged = mergeBatch(stored, batch);
  return typeof merged === 'string' ? stored : merged;
}

describe('a batch that arrives at a stored run', () => {
  const start = batchOf(null, [created], 1);
  const begun = merge(NOTHING, start);

  it('is refused when events before it are missing', () => {
    const later = batchOf(start.view, eventsAfter(start.view, 2, 2), 2);
    expect(mergeBatch(NOTHING, later)).toBe('gap');
  });

  it('is stored once when it arrives repeatedly', () => {
    const batch = batchOf(start.view, eventsAfter(start.view, 2, 2), 2);
    const once = merge(begun, batch);
    expect(merge(once, batch)).toEqual(once);
  });

  it('replaces the events of a task that never completed', () => {
    const lost = batchOf(start.view, eventsAfter(start.view, 3, 2), 2);
    const repeated = batchOf(start.view, eventsAfter(start.view, 1, 5), 5);
    const stored = merge(merge(begun, lost), repeated);
    expect(stored.number).toBe(2);
    expect(stored.events.map((event) => event.at)).toEqual([created.at, 5]);
    expect(stored.outbox.map((entry) => entry.sequence)).toEqual([1, 2]);
  });

  it('is ignored when it arrives late from a task that was retried', () => {
    const repeated = merge(begun, batchOf(start.view, eventsAfter(start.view, 1, 5), 5));
    const late = batchOf(start.view, eventsAfter(start.view, 3, 2), 2);
    expect(mergeBatch(repeated, late)).toBe('stale');
  });

  it('without events removes the events stored after its place', () => {
    const lost = merge(begun, batchOf(start.view, eventsAfter(start.view, 3, 2), 2));
    const asserted = merge(lost, batchOf(start.view, [], 3));
    expect(asserted).toMatchObject({ number: 1, events: [created] });
  });

  it('leaves the fold of the completed tasks after any batches of lost tasks', () => {
    const task = fc.record({
      lost: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
      count: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(task, { maxLength: 8 }), (tasks) => {
        let [stored, truth, time] = [begun, start.view, 10];
        const events: NumberedEvent[] = [created];
        for (const { lost, count } of tasks) {
          for (const wrong of lost) {
            time += 1;
            stored = merge(stored, batchOf(truth, eventsAfter(truth, wrong, time), time));
          }
          time += 1;
          const right = eventsAfter(truth, count, time);
          const batch = batchOf(truth, right, time);
          stored = merge(stored, batch);
          truth = batch.view;
          events.push(...right);
        }
        const { view, entries } = foldWithWebhooks(null, events);
        expect(stored.events).toEqual(events);
        expect(stored.outbox).toEqual(entries);
        expect(stored.number).toBe(view.number);
      }),
    );
  });
});
