import fc from 'fast-check';
import { arbitraryEvents } from '../../../test/support/store';
import { runCreated } from '../../../test/support/new-run';
import { nextDeadline } from './deadline';
import type { NumberedEvent } from './events';
import { isFinalRun } from './outcome';
import { evolve, fold, waitingFor, type RunView } from './view';

const MINUTE = 60_000;
const check = (property: fc.IProperty<unknown>) => fc.assert(property, { numRuns: 300 });
const anyView = arbitraryEvents().map((events) => fold(null, events));

function isPaused(view: RunView): boolean {
  return ['reviewer', 'provider'].includes(waitingFor(view) ?? '');
}

/** Builds a run that is opened at once, with its expiry and abandonment in minutes. */
function opened(expires_in: number, abandon_after: number): RunView {
  const created = runCreated({ expires_in, abandon_after, at: 0 });
  return evolve(evolve(null, created), {
    ...{ number: 2, at: 0, type: 'run_opened', data: { submission_id: null } },
    ...{ actor: 'person', step_uuid: null },
  });
}

describe('the next deadline of a run', () => {
  it('is null once the run is over', () => {
    check(
      fc.property(anyView, (view) => {
        if (isFinalRun(view.status)) expect(nextDeadline(view)).toBeNull();
      }),
    );
  });

  it('is abandonment only while an opened run waits for its person, counted from the last activity', () => {
    check(
      fc.property(anyView, (view) => {
        const deadline = nextDeadline({ ...view, expires_at: null });
        const { abandon_after } = view.settings;
        const runs = view.status === 'in_progress' && waitingFor(view) === 'person';
        if (!runs || abandon_after === null || view.last_activity_at === null) {
          expect(deadline).toBeNull();
        } else {
          const idleSince = Math.max(view.last_activity_at, view.idle_since ?? 0);
          const at = idleSince + abandon_after * MINUTE;
          expect(deadline).toEqual({ at, action: 'abandon' });
        }
      }),
    );
  });

  it('is never abandonment after 5,000 events', () => {
    const view = opened(0, 5);
    expect(nextDeadline({ ...view, number: 5_000 })?.action).toBe('abandon');
    expect(nextDeadline({ ...view, number: 5_001 })).toBeNull();
  });

  it('is moved only by activity of the person', () => {
    const ACTIVITY = [
      ...['run_opened', 'person_active', 'run_resumed', 'submission_accepted', 'media_added'],
    ];
    check(
      fc.property(arbitraryEvents(), (events) => {
        const end = events.findIndex((event) => /^run_(succ|fail|rej|exp|canc)/.test(event.type));
        const last = events
          .slice(0, end < 0 ? undefined : end)
          .findLast((event) => ACTIVITY.includes(event.type));
        expect(fold(null, events).last_activity_at).toBe(last?.at ?? null);
      }),
    );
  });

  it('is the earlier of expiry and abandonment, and expiry when both are equal', () => {
    check(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (expiry, idle) => {
          const deadline = nextDeadline(opened(expiry, idle));
          expect(deadline).toEqual(
            idle < expiry
              ? { at: idle * MINUTE, action: 'abandon' }
              : { at: expiry * MINUTE, action: 'expire' },
          );
        },
      ),
    );
  });

  it('is never expiry when expires_in is 0', () => {
    check(
      fc.property(arbitraryEvents({ expires_in: 0 }), (events) => {
        expect(nextDeadline(fold(null, events))?.action).not.toBe('expire');
      }),
    );
  });

  it.each([
    ['moved by the duration of a review', 'signal_ignored', 30],
    ['counted from the end of a review when the person acts during it', 'person_active', 50],
  ])('is abandonment %s', (_how, meanwhile, idleSince) => {
    const change = { actor: 'person', step_uuid: null } as const;
    const asked = { by: 'ana', reason: 'fine', verified: true };
    const reviewed = fold(opened(0, 10), [
      { ...change, number: 3, at: 5 * MINUTE, type: 'review_requested', data: { reason: 'r' } },
      { ...change, number: 4, at: 20 * MINUTE, type: meanwhile, data: {} } as NumberedEvent,
      { ...change, number: 5, at: 35 * MINUTE, type: 'review_approved', data: asked },
    ]);
    const at = Math.min(35, idleSince) * MINUTE + 10 * MINUTE;
    expect(nextDeadline(reviewed)).toEqual({ at, action: 'abandon' });
  });

  it('is not expiry while a reviewer or provider is awaited, and expiry moves by that time', () => {
    check(
      fc.property(arbitraryEvents({ expires_in: 30 }), (events) => {
        const limit = events[0].at + 30 * MINUTE;
        let view = fold(null, [events[0]]);
        let pausedFor = 0;
        for (const event of events.slice(1)) {
          if (isPaused(view)) pausedFor += event.at - view.updated_at;
          view = evolve(view, event);
          if (isFinalRun(view.status)) return;
          if (isPaused(view)) expect(nextDeadline(view)).toBeNull();
          else expect(view.expires_at).toBe(limit + pausedFor);
        }
        if (isPaused(view) || view.settings.abandon_after !== null) return;
        expect(nextDeadline(view)).toEqual({ at: limit + pausedFor, action: 'expire' });
      }),
    );
  });
});
