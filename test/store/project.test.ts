import fc from 'fast-check';
import type { Connection } from 'mongoose';
import type { NumberedEvent } from '../../src/domain/run/events';
import { foldWithWebhooks } from '../../src/domain/run/outbox';
import { fold } from '../../src/domain/run/view';
import type { ProjectionBatch } from '../../src/domain/run/projection-batch';
import { redactPersonalData } from '../../src/domain/run/redact-personal-data';
import { RunErasure } from '../../src/store/runs/run-erasure';
import { ProjectionGap, RunStore } from '../../src/store/runs/runs';
import { arbitraryEvents, batchOf, dropStore, openStore } from '../support/store';

const CALLBACK = { callback_url: 'https://backend.example/hook' };
const SEALED = Buffer.from('sealed').toString('base64');

/** Random events of at least `count` events, of a new run for each call. */
function sample(count: number): NumberedEvent[] {
  const longEnough = arbitraryEvents(CALLBACK).filter((events) => events.length >= count);
  return fc.sample(longEnough, 1)[0] ?? [];
}

/** The batch of the events after `after` up to `to`, as a task at `task_time` writes it. */
function batch(
  events: NumberedEvent[],
  after: number,
  to: number,
  task_time = to,
): ProjectionBatch {
  const before = after === 0 ? null : fold(null, events.slice(0, after));
  const options = after === 0 ? { sealed: SEALED, task_time } : { task_time };
  return batchOf(before, events.slice(after, to), options);
}

/** The same run with another second half, as after the retry of a lost task. */
function otherwise(events: NumberedEvent[], after: number): NumberedEvent[] {
  const later = events.slice(after).map((event) => ({ ...event, at: event.at + 1 }));
  return [...events.slice(0, after), ...later];
}

describe('projecting a run', () => {
  let connection: Connection;
  let store: RunStore;
  beforeAll(async () => {
    connection = await openStore();
    store = new RunStore(connection);
    await store.createIndexes();
  });
  afterAll(() => dropStore(connection));

  const expectStored = async (events: readonly NumberedEvent[]) => {
    const { view, entries } = foldWithWebhooks(null, events);
    const stored = await store.findWithEvents(view.uuid);
    const { number, view: storedView, events: storedEvents, outbox } = stored ?? {};
    expect({ number, view: storedView, events: storedEvents, outbox }).toEqual({
      ...{ number: events.length, view, events, outbox: entries },
    });
  };

  it('writes the first batch with its sealed content, and appends the next', async () => {
    const events = sample(5);
    expect(await store.project(batch(events, 0, 2))).toBe('written');
    expect(await store.project(batch(events, 2, 5))).toBe('written');
    await expectStored(events.slice(0, 5));
    const { view } = batch(events, 0, 5);
    const found = await store.find(view, view.uuid);
    expect(found?.sealed.toString()).toBe('sealed');
    expect(found?.created_at).toEqual(new Date(view.created_at));
  });

  it('preserves published times when a replayed run has other times', async () => {
    const events = sample(6);
    const replayed = otherwise(events, 1);
    await store.project(batch(events, 0, 3));
    expect(await store.project(batch(replayed, 3, 5))).toBe('written');
    await expectStored([...events.slice(0, 3), ...replayed.slice(3, 5)]);
    expect(await store.project(batch(replayed, 5, 6))).toBe('written');
    await expectStored([...events.slice(0, 3), ...replayed.slice(3, 6)]);
  });

  it('appends to a creation that the API stored with one write', async () => {
    const events = sample(4);
    await store.project(batch(events, 0, 1, 0));
    const commands: string[] = [];
    const note = ({ commandName }: { commandName: string }) => commands.push(commandName);
    connection.getClient().on('commandStarted', note);
    expect(await store.project(batch(events, 0, 4))).toBe('written');
    connection.getClient().off('commandStarted', note);
    expect(commands).toEqual(['update']);
    await expectStored(events.slice(0, 4));
  });

  it('stores events once when batches repeat or overlap', async () => {
    const events = sample(6);
    for (let times = 0; times < 3; times++) await store.project(batch(events, 0, 3));
    await store.project(batch(events, 2, 3));
    await expectStored(events.slice(0, 3));
    expect(await store.project(batch(events, 0, 5))).toBe('written');
    expect(await store.project(batch(events, 3, 6))).toBe('written');
    await expectStored(events.slice(0, 6));
  });

  it('restores no personal data that was erased during the write', async () => {
    const events = sample(5);
    const { view } = batch(events, 0, 5);
    await store.project(batch(events, 0, 4));
    const erasure = new RunErasure(connection);
    const runs = connection.collection('runs');
    const findOne = runs.findOne.bind(runs);
    jest.spyOn(runs, 'findOne').mockImplementationOnce(async (filter: object) => {
      const found = await findOne(filter);
      await erasure.begin(view, {});
      return found;
    });
    await store.project(batch(events, 3, 5, 9));
    const stored = (await store.findWithEvents(view.uuid))!;
    expect(stored.events).toEqual(events.slice(0, 5).map((event) => redactPersonalData(event)));
    expect(stored.view).toEqual(fold(null, stored.events));
    expect(stored.erasure).toBeDefined();
  });

  it('does not change events that a later task stored', async () => {
    const events = sample(5);
    await store.project(batch(events, 0, 4));
    expect(await store.project(batch(events, 0, 1, 0))).toBe('stale');
    expect(await store.project(batch(events, 1, 3))).toBe('stale');
    expect(await store.project(batch(otherwise(events, 1), 1, 4, 3))).toBe('stale');
    expect(await store.project(batch(events, 4, 5, 3))).toBe('stale');
    await expectStored(events.slice(0, 4));
  });

  it('replaces events that a lost task stored, even when they are more', async () => {
    const lost = sample(5);
    const events = otherwise(lost, 2);
    await store.project(batch(lost, 0, 2));
    await store.project(batch(lost, 2, 5));
    expect(await store.project(batch(events, 2, 4, 6))).toBe('written');
    await expectStored(events.slice(0, 4));
    expect(await store.project(batch(events, 2, 2, 7))).toBe('written');
    await expectStored(events.slice(0, 2));
  });

  it('throws ProjectionGap for a batch after a gap and stores nothing of it', async () => {
    const events = sample(4);
    await expect(store.project(batch(events, 1, 3))).rejects.toThrow(ProjectionGap);
    await expect(store.project(batch(events, 2, 2))).rejects.toThrow(ProjectionGap);
    await store.project(batch(events, 0, 1));
    await expect(store.project(batch(events, 2, 4))).rejects.toThrow('lacks events before 3');
    await expect(store.project(batch(events, 2, 2))).rejects.toThrow(ProjectionGap);
    await expectStored(events.slice(0, 1));
  });

  it('stores each event once when the API and the worker write concurrently', async () => {
    for (let round = 0; round < 20; round++) {
      const events = sample(3);
      const outcomes = await Promise.all([
        store.project(batch(events, 0, 1, 0)),
        store.project(batch(events, 0, 3)),
        store.project(batch(events, 0, 2)),
      ]);
      expect(outcomes[1]).toBe('written');
      await expectStored(events.slice(0, 3));
    }
  });

  it('ends with the events of the last task after earlier writes in any order', async () => {
    const schedules = arbitraryEvents(CALLBACK).chain((events) => {
      const place = fc.nat({ max: events.length });
      const range = fc.tuple(place, place).filter(([after, to]) => to > 0 && after <= to);
      const write = fc.record({ range, isLost: fc.boolean() });
      return fc.tuple(
        fc.constant(events),
        fc.array(fc.array(write, { maxLength: 3 }), { maxLength: 6 }),
      );
    });
    const property = fc.asyncProperty(schedules, async ([events, rounds]) => {
      await connection.collection('runs').deleteMany({});
      const lost = otherwise(events, 1);
      for (const writes of rounds) {
        const projected = writes.map(({ range: [after, to], isLost }) =>
          store.project(batch(isLost ? lost : events, after, to)),
        );
        for (const result of await Promise.allSettled(projected)) {
          if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ProjectionGap);
        }
      }
      await store.project(batch(events, 0, events.length, events.length + 1));
      await expectStored(events);
    });
    await fc.assert(property, { numRuns: 60 });
  }, 60_000);

  it('returns the folded view from every read method', async () => {
    const events = sample(3);
    const { view } = batch(events, 0, events.length);
    await store.project(batch(events, 0, events.length));
    expect((await store.find(view, view.uuid))?.view).toEqual(view);
    expect((await store.findByStep(view, view.steps[0]?.uuid ?? ''))?.view).toEqual(view);
    const timeline = await store.events(view, view.uuid, { skip: 1, limit: 2 });
    expect(timeline).toEqual(events.slice(1, 3));
  });
});
