/** The state of a run: the fold of its events. The same function runs in the workflow, the API and the worker. */
import { STEP_EVENTS } from '../../steps/events';
import { finish, finishStep, withStep } from './change-steps';
import { initialView } from './initial-view';
import { listWebhookChanges } from './webhook-changes';
import type { EventOf, EventType, NumberedEvent, RunEvent, StepEvent } from './events';
import { isFinalRun, isFinalStep, type WaitingFor } from './outcome';
import { endReview, idleSince } from './review';
import { withDestinations } from './run-hashes';
import type { RunView, StepView } from './run-view';
import { eventsOf, isLate, type StepEvents } from './step-events';

export type { RunView, StepView } from './run-view';

/**
 * Folds one event into the view. Events of a run or step that is over only move the number and the sum of times, except those that their
 * step type declares as late. `modules` are the step types' own events.
 * @throws Error if the first event is not `run_created`, a number is missing, or no module declares the event: a bug.
 */
export function evolve(
  view: RunView | null,
  event: NumberedEvent,
  modules: readonly StepEvents[] = STEP_EVENTS,
): RunView {
  if (view === null) return holdExpiry(null, initialView(event));
  if (event.number !== view.number + 1) {
    throw new Error(`event ${event.number} does not follow ${view.number}`);
  }
  const numbered = {
    ...view,
    number: event.number,
    times_sum: view.times_sum + (event.at - view.created_at),
  };
  if (isFinalRun(view.status)) {
    return isLate(event, modules) ? apply(numbered, event, modules) : numbered;
  }
  const applied = { ...apply(numbered, event, modules), updated_at: event.at };
  const next = holdExpiry(view, applied, event.at);
  return { ...next, sequence: view.sequence + listWebhookChanges(view, next).length };
}

/** Folds events, in order, onto a view. */
export function fold(
  view: RunView | null,
  events: readonly NumberedEvent[],
  modules: readonly StepEvents[] = STEP_EVENTS,
): RunView {
  let folded = view;
  for (const event of events) folded = evolve(folded, event, modules);
  if (folded === null) throw new Error('nothing to fold');
  return folded;
}

/** Returns the current step: the first that is not finished. */
export function nextStep(view: RunView): StepView | undefined {
  if (isFinalRun(view.status)) return undefined;
  return view.steps.find((step) => !isFinalStep(step.status));
}

/** Returns the party that the run waits for; null once it is over. */
export function waitingFor(view: RunView): WaitingFor | null {
  if (isFinalRun(view.status)) return null;
  if (view.status === 'in_review') return 'reviewer';
  if (view.status === 'postponed') return 'contact_time';
  const step = nextStep(view);
  return step?.status === 'in_progress' ? step.waits_for : 'person';
}

type Appliers = { [Type in EventType]: (view: RunView, event: EventOf<Type>) => RunView };

const appliers: Appliers = {
  run_created: (view) => view,
  run_opened: (view, event) => ({
    ...active(view, event),
    status: view.status === 'pending' ? 'in_progress' : view.status,
    started_at: view.started_at ?? event.at,
  }),
  person_active: active,
  run_abandoned: (view) => ({ ...view, status: 'abandoned', reason: 'no_activity' }),
  run_resumed: (view, event) => ({
    ...view,
    status: 'in_progress',
    reason: null,
    last_activity_at: event.at,
  }),
  step_started: (view, event) =>
    withStep(view, event, (step) => ({
      ...step,
      status: 'in_progress',
      waits_for: event.data.waits_for,
      started_at: step.started_at ?? event.at,
    })),
  submission_accepted: (view, event) =>
    withStep({ ...view, last_activity_at: event.at }, event, (step) => ({
      ...step,
      submission_ids: [...step.submission_ids, event.data.submission_id],
    })),
  media_added: (view, event) =>
    withStep({ ...view, last_activity_at: event.at }, event, (step) => ({
      ...step,
      media: [...(step.media ?? []), { ...event.data, at: event.at }],
    })),
  step_succeeded: (view, event) => endReview(finishStep(view, event, 'success', null), event),
  step_failed: (view, event) => finishStep(view, event, 'failed', event.data),
  step_rejected: (view, event) => finishStep(view, event, 'rejected', event.data),
  step_skipped: (view, event) => endReview(finishStep(view, event, 'skipped', null), event),
  skip_evaluated: (view) => view,
  rules_evaluated: (view) => view,
  review_requested: (view, event) => ({
    ...withStep(view, event, (step) => ({ ...step, status: 'in_review' })),
    status: 'in_review',
    reason: event.data.reason,
    review: { step_uuid: event.step_uuid, since: event.at },
  }),
  // An approved step still has to end by an event of its own.
  review_approved: (view, event) => (event.step_uuid === null ? endReview(view, event) : view),
  review_rejected: (view) => view,
  run_succeeded: (view, event) => finish(view, event.at, 'success', null),
  run_failed: (view, event) => finish(view, event.at, 'failed', event.data),
  run_rejected: (view, event) => finish(view, event.at, 'rejected', event.data),
  run_expired: (view, event) => ({ ...finish(view, event.at, 'expired', null), reason: 'expired' }),
  run_cancelled: (view, event) => ({
    ...finish(view, event.at, 'cancelled', null),
    reason: event.data.reason,
  }),
  signal_ignored: (view) => ({ ...view, ignored_signals: view.ignored_signals + 1 }),
  clock_advanced: (view, event) => ({ ...view, clock_offset: event.data.offset }),
};

function apply(view: RunView, event: NumberedEvent, modules: readonly StepEvents[]): RunView {
  if (!isRunEvent(event)) return applyStepEvent(view, event, eventsOf(event, modules));
  // Each applier is listed under the type of its events.
  const applier = appliers[event.type] as (view: RunView, event: RunEvent) => RunView;
  return applier(view, event);
}

function isRunEvent(event: NumberedEvent): event is RunEvent {
  return Object.hasOwn(appliers, event.type);
}

/** Folds an event into the state of its step. A finished step only changes by late events. */
function applyStepEvent(view: RunView, event: StepEvent, events: StepEvents): RunView {
  const mayChange = ({ uuid, status }: StepView) =>
    uuid === event.step_uuid && (events.late.includes(event.type) || !isFinalStep(status));
  const steps = view.steps.map((step) =>
    mayChange(step) ? { ...evolveState(step, event, events), updated_at: event.at } : step,
  );
  const hashes = events.hashes?.(event);
  return { ...view, steps, ...(hashes && { hashes: withDestinations(view.hashes, hashes) }) };
}

function evolveState(step: StepView, event: StepEvent, events: StepEvents): StepView {
  const state = events.evolve(step, event);
  if (state === undefined) return step;
  return { ...step, state, due_at: events.dueAt?.(state) ?? null };
}

function active(view: RunView, event: EventOf<'run_opened' | 'person_active'>): RunView {
  const { submission_id } = event.data;
  return {
    ...view,
    last_activity_at: event.at,
    submission_ids:
      submission_id === null ? view.submission_ids : [...view.submission_ids, submission_id],
  };
}

/**
 * Pauses expiry while the run waits for a reviewer or a provider: the person can't act then. Pauses the abandonment
 * clock as well, which would otherwise fire when it is the person's turn again.
 */
function holdExpiry(before: RunView | null, after: RunView, at = after.updated_at): RunView {
  const held = isHeld(after);
  if (before === null || held === isHeld(before)) return after;
  if (held) return { ...after, expiry_held_since: at };
  const heldFor = at - (before.expiry_held_since ?? at);
  const { expires_at } = after;
  const idle = idleSince(after);
  return {
    ...after,
    expiry_held_since: null,
    expires_at: expires_at === null ? null : expires_at + heldFor,
    ...(idle !== null && { idle_since: Math.min(at, idle + heldFor) }),
  };
}

function isHeld(view: RunView): boolean {
  const waiting = waitingFor(view);
  return waiting === 'reviewer' || waiting === 'provider';
}
