import fc from 'fast-check';
import { arbitraryEvents, arbitrarySplit } from '../../../test/support/store';
import { foldWithWebhooks, type OutboxEntry } from './outbox';
import { fold, type RunView } from './view';

const callback_url = 'https://backend.example/hook';
const check = (property: fc.IProperty<unknown>) => fc.assert(property, { numRuns: 300 });

/** Returns the statuses that a backend sees: of the run and of its steps, by uuid. */
function statuses(view: RunView): Map<string, string> {
  return new Map([[view.uuid, view.status], ...view.steps.map((s) => [s.uuid, s.status] as const)]);
}

describe('the webhooks of a run', () => {
  it('are numbered 1, 2, 3… without a gap, and the view has their count', () => {
    check(
      fc.property(arbitraryEvents({ callback_url }), (events) => {
        const { view, entries } = foldWithWebhooks(null, events);
        expect(entries.map((entry) => entry.sequence)).toEqual(
          entries.map((_, index) => index + 1),
        );
        expect(view.sequence).toBe(entries.length);
        expect(view).toEqual(fold(null, events));
      }),
    );
  });

  it('are not created without a callback URL', () => {
    check(
      fc.property(arbitraryEvents({ callback_url: null }), (events) => {
        const { view, entries } = foldWithWebhooks(null, events);
        expect(entries).toEqual([]);
        expect(view.sequence).toBe(0);
      }),
    );
  });

  it('report the creation once and then every change of status, steps before their run', () => {
    check(
      fc.property(arbitraryEvents({ callback_url }), ([created, ...later]) => {
        const { entries } = foldWithWebhooks(null, [created, ...later]);
        const [first, ...rest] = entries;
        const run = created.type === 'run_created' ? created.data.run_uuid : '';
        expect(first).toEqual({
          ...{ event: 'create', resource: 'workflow', resource_uuid: run },
          ...{ sequence: 1, number: 1 },
        });
        let before = fold(null, [created]);
        const expected: Omit<OutboxEntry, 'sequence'>[] = later.flatMap((event) => {
          const [was, after] = [statuses(before), fold(before, [event])];
          before = after;
          const changed = [...statuses(after)].filter(([uuid, status]) => was.get(uuid) !== status);
          const updates = changed.map(([resource_uuid]) => ({
            event: 'update' as const,
            resource: resource_uuid === run ? ('workflow' as const) : ('step' as const),
            resource_uuid,
            number: event.number,
          }));
          return updates.sort(
            (a, b) => Number(a.resource === 'workflow') - Number(b.resource === 'workflow'),
          );
        });
        expect(rest).toEqual(expected.map((entry, index) => ({ ...entry, sequence: index + 2 })));
      }),
    );
  });

  it('are the same for any split of the events into batches', () => {
    const pieces = arbitraryEvents({ callback_url }).chain((events) =>
      fc.tuple(fc.constant(events), arbitrarySplit(events)),
    );
    check(
      fc.property(pieces, ([events, split]) => {
        let view: RunView | null = null;
        const entries = split.flatMap((piece) => {
          const folded = foldWithWebhooks(view, piece);
          view = folded.view;
          return folded.entries;
        });
        expect({ view, entries }).toEqual(foldWithWebhooks(null, events));
      }),
    );
  });

  it('cannot be folded from an empty list of events', () => {
    expect(() => foldWithWebhooks(null, [])).toThrow('nothing to fold');
  });
});
