import fc from 'fast-check';
import { arbitraryEvents, arbitrarySplit } from '../../../test/support/store';
import { runCreated } from '../../../test/support/new-run';
import type { NumberedEvent } from './events';
import { isFinalRun, isFinalStep } from './outcome';
import { evolve, fold, type RunView } from './view';

const check = (property: fc.IProperty<unknown>) => fc.assert(property, { numRuns: 300 });

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

/** Returns the view after each event, in order. */
function views(events: readonly NumberedEvent[]): RunView[] {
  return events.map((_, index) => fold(null, events.slice(0, index + 1)));
}

describe('folding the events of a run', () => {
  it('does not throw, does not change its input and is deterministic', () => {
    const twice = fc.property(arbitraryEvents(), (events) => {
      deepFreeze(events);
      const evolveFrozen = (view: RunView | null, event: NumberedEvent) => {
        const next = evolve(view, event);
        expect(evolve(view, event)).toEqual(next);
        return deepFreeze(next);
      };
      events.reduce<RunView | null>(evolveFrozen, null);
    });
    check(twice);
  });

  it('gives the view the number of its last event and, until the end, its time', () => {
    check(
      fc.property(arbitraryEvents(), (events) => {
        views(events).forEach((view, index) => {
          expect(view.number).toBe(index + 1);
          if (!isFinalRun(view.status)) expect(view.updated_at).toBe(events[index]?.at);
        });
      }),
    );
  });

  it('rejects an event that does not follow the last one', () => {
    check(
      fc.property(arbitraryEvents(), fc.integer({ min: -2, max: 9 }), (events, jump) => {
        fc.pre(jump !== 1);
        const view = fold(null, events);
        const event = { ...events[0], number: view.number + jump };
        expect(() => evolve(view, event)).toThrow(`does not follow ${view.number}`);
      }),
    );
  });

  it('starts only with event 1, the creation', () => {
    const created = runCreated({});
    expect(() => evolve(null, { ...created, number: 2 })).toThrow('begins with run_created');
    expect(() => evolve(null, { ...created, type: 'run_expired', data: {} })).toThrow(
      'run_expired 1',
    );
    expect(() => fold(null, [])).toThrow('nothing to fold');
  });

  it('does not change a final run, which has no unfinished step', () => {
    check(
      fc.property(arbitraryEvents(), (events) => {
        const after = views(events);
        const end = after.find((view) => isFinalRun(view.status));
        if (end === undefined) return;
        expect(end.finished_at).toBe(events[end.number - 1]?.at);
        expect(end.steps.filter((step) => !isFinalStep(step.status))).toEqual([]);
        const last = fold(null, events);
        const { number, times_sum } = end;
        expect({ ...last, number, times_sum }).toEqual(end);
      }),
    );
  });

  it('never changes a finished step', () => {
    check(
      fc.property(arbitraryEvents(), (events) => {
        const after = views(events);
        const last = after.at(-1);
        for (const view of after) {
          view.steps.forEach((step, index) => {
            if (isFinalStep(step.status)) expect(last?.steps[index]).toEqual(step);
          });
        }
      }),
    );
  });

  it('has the same result for any split of the events', () => {
    const pieces = arbitraryEvents().chain((events) =>
      fc.tuple(fc.constant(events), arbitrarySplit(events)),
    );
    check(
      fc.property(pieces, ([events, split]) => {
        const folded = split.reduce<RunView | null>((view, piece) => fold(view, piece), null);
        expect(folded).toEqual(fold(null, events));
      }),
    );
  });

  it('produces a view that JSON serialization does not change, at any point', () => {
    const cut = arbitraryEvents().chain((events) =>
      fc.tuple(fc.constant(events), fc.nat(events.length - 1)),
    );
    check(
      fc.property(cut, ([events, at]) => {
        const start = fold(null, events.slice(0, at + 1));
        const carried = JSON.parse(JSON.stringify(start)) as RunView;
        expect(carried).toStrictEqual(start);
        const rest = events.slice(at + 1);
        expect(fold(carried, rest)).toEqual(fold(null, events));
      }),
    );
  });
});
