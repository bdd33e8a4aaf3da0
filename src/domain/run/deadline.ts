/** Deadlines of a run, derived from the view alone. */
import type { DeadlineAction } from './outcome';
import { idleSince } from './review';
import { nextStep, waitingFor, type RunView } from './view';

/**
 * A run with more events records no more activity, abandonment or moves of its clock, so that its document has room for
 * its other events (`run-limits.ts` of the store). No real journey has so many.
 */
export const MAX_EVENTS_OF_ACTIVITY = 5_000;

export interface Deadline {
  /** Milliseconds since the epoch, by the run's clock. */
  at: number;
  action: DeadlineAction;
}

/**
 * Returns the next deadline of a run; null if there is none. The abandonment clock runs only while an opened run waits
 * for its person. Expiry is paused while the run waits for a reviewer or a provider. If both are due at the same time,
 * expiry comes first: an expired run can't be abandoned, and its steps do nothing any more.
 */
export function nextDeadline(view: RunView): Deadline | null {
  return [expiryOf(view), abandonmentOf(view), stepDeadlineOf(view)].reduce(sooner, null);
}

function sooner(best: Deadline | null, each: Deadline | null): Deadline | null {
  return each === null || (best !== null && best.at <= each.at) ? best : each;
}

/** Returns the current step's own deadline, which its events set. */
function stepDeadlineOf(view: RunView): Deadline | null {
  const at = nextStep(view)?.due_at ?? null;
  return at === null ? null : { at, action: 'fallback' };
}

function expiryOf(view: RunView): Deadline | null {
  const waiting = waitingFor(view);
  if (waiting === null || view.expires_at === null || view.expiry_held_since !== null) return null;
  return { at: view.expires_at, action: 'expire' };
}

function abandonmentOf(view: RunView): Deadline | null {
  const { abandon_after } = view.settings;
  if (view.status !== 'in_progress' || waitingFor(view) !== 'person') return null;
  const idle = idleSince(view);
  if (abandon_after === null || idle === null) return null;
  if (view.number > MAX_EVENTS_OF_ACTIVITY) return null;
  return { at: idle + abandon_after * 60_000, action: 'abandon' };
}
