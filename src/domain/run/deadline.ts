/** When a run does something by itself, and what. Derived from the view alone, so it can't drift from it. */
import type { DeadlineAction } from './outcome';
import { idleSince } from './review';
import { nextStep, waitingFor, type RunView } from './view';

/** A timeline this long is nobody's journey: it grows no longer by somebody's coming and going. */
const MAX_EVENTS_TO_ABANDON = 5_000;

export interface Deadline {
  /** Milliseconds since the epoch, in the run's clock. */
  at: number;
  action: DeadlineAction;
}

/**
 * The next deadline of a run, null where nothing will happen by itself. The abandonment clock runs only while an
 * opened run waits for its person; expiry stands still while a reviewer or a provider is awaited. At the same instant
 * expiry comes first: an expired run can't be abandoned, and no step of it acts any more.
 */
export function nextDeadline(view: RunView): Deadline | null {
  return [expiryOf(view), abandonmentOf(view), stepDeadlineOf(view)].reduce(sooner, null);
}

function sooner(best: Deadline | null, each: Deadline | null): Deadline | null {
  return each === null || (best !== null && best.at <= each.at) ? best : each;
}

/** The current step's own deadline, which its events set. */
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
  if (view.number > MAX_EVENTS_TO_ABANDON) return null;
  return { at: idle + abandon_after * 60_000, action: 'abandon' };
}
