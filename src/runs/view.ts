/** The state of a run: the fold of its events. The same function runs in the workflow, the API and the worker. */
import type {
  AddedMedia,
  EventOf,
  EventType,
  Mode,
  NumberedEvent,
  PlannedStep,
  RunSettings,
} from './events';
import {
  isFinalRun,
  isFinalStep,
  type Fault,
  type RunStatus,
  type StepStatus,
  type WaitingFor,
} from './outcome';
import type { LadderEventType } from '../nips/events';
import type { LadderState } from '../nips/state';
import { deliveriesOf } from './deliveries';
import { evolveNip } from './step-nip';
import { created } from './created';
import { withDestinations, type RunHashes } from './run-hashes';
import { finish, finishStep, withStep } from './change-steps';
import { endReview, idleSinceOf, type Review } from './review';

export interface StepView extends PlannedStep {
  status: StepStatus;
  waits_for: WaitingFor;
  /** Submissions taken, in order; the last holds the step's payload. */
  submission_ids: string[];
  fault: Fault | null;
  /** What was uploaded to it, in order; absent: nothing. */
  media?: (AddedMedia & { at: number })[];
  /** Where its codes stand, of a step that sends any. */
  nip?: LadderState;
  started_at: number | null;
  finished_at: number | null;
  updated_at: number;
}

export interface RunView {
  uuid: string;
  account_uuid: string;
  mode: Mode;
  settings: RunSettings;
  /** Number of the last event folded. */
  number: number;
  /** Sequence of the last webhook that this run owes its backend. */
  sequence: number;
  status: RunStatus;
  /** Why the run stands where it stands, as a stable code. */
  reason: string | null;
  fault: Fault | null;
  steps: StepView[];
  /** Submissions that belong to the run rather than to a step (where it was opened from). */
  submission_ids: string[];
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  updated_at: number;
  last_activity_at: number | null;
  /** The last activity, less the time for which the person wasn't the one to act: later than it after a review. */
  idle_since?: number;
  expires_at: number | null;
  /** What awaits a reviewer, while the run is in review. */
  review?: Review;
  /** Since when the clocks of expiry and abandonment stand still, null while they run. */
  expiry_held_since: number | null;
  ignored_signals: number;
  /** By how much the run's clock is ahead of the server's, in milliseconds; sandbox only. */
  clock_offset?: number;
  /** Keyed hashes by which the run is found. */
  hashes?: RunHashes;
}

/**
 * Folds one event into the view. Total: an event that no longer applies (a run that is over) only moves the number;
 * what becomes known of a message is kept with it all the same.
 * @throws Error where the first event is not `run_created` or a number is missing: a bug, never a client's doing.
 */
export function evolve(view: RunView | null, event: NumberedEvent): RunView {
  if (view === null) return holdExpiry(null, created(event));
  if (event.number !== view.number + 1) {
    throw new Error(`event ${event.number} does not follow ${view.number}`);
  }
  const numbered = { ...view, number: event.number };
  if (isFinalRun(view.status)) return isOutcome(event) ? apply(numbered, event) : numbered;
  const next = holdExpiry(view, { ...apply(numbered, event), updated_at: event.at }, event.at);
  return { ...next, sequence: view.sequence + deliveriesOf(view, next).length };
}

/** Folds events, in order, onto a view. */
export function fold(view: RunView | null, events: readonly NumberedEvent[]): RunView {
  const folded = events.reduce<RunView | null>(evolve, view);
  if (folded === null) throw new Error('nothing to fold');
  return folded;
}

/** The step whose turn it is: the first that is not finished. */
export function nextStep(view: RunView): StepView | undefined {
  if (isFinalRun(view.status)) return undefined;
  return view.steps.find((step) => !isFinalStep(step.status));
}

/** Whom the run waits for, null once it is over. */
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
  // A step that was approved goes on to its own end.
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
  destinations_fixed: (view, event) => ({
    ...climb(view, event),
    ...(event.data.hashes && { hashes: withDestinations(view.hashes, event.data.hashes) }),
  }),
  verification_started: climb,
  code_issued: climb,
  send_queued: climb,
  send_answered: learn,
  send_reported: learn,
  send_failed: climb,
  channel_changed: climb,
  code_refused: climb,
  verification_passed: climb,
  verification_failed: climb,
};

function climb(view: RunView, event: EventOf<LadderEventType>): RunView {
  return withStep(view, event as NumberedEvent, (step) => evolveNip(step, event));
}

/** What became of a message is also kept in a step that is over. */
function learn(view: RunView, event: EventOf<'send_answered' | 'send_reported'>): RunView {
  const steps = view.steps.map((step) =>
    step.uuid === event.step_uuid ? { ...evolveNip(step, event), updated_at: event.at } : step,
  );
  return { ...view, steps };
}

function isOutcome({ type }: NumberedEvent): boolean {
  return type === 'send_answered' || type === 'send_reported';
}

function apply(view: RunView, event: NumberedEvent): RunView {
  const applier = appliers[event.type] as (view: RunView, event: NumberedEvent) => RunView;
  return applier(view, event);
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
 * Expiry stands still while a reviewer or a provider is awaited: the person can't do anything about it. So does the
 * clock of abandonment, which would else find the person long gone when it is their turn again.
 */
function holdExpiry(before: RunView | null, after: RunView, at = after.updated_at): RunView {
  const held = isHeld(after);
  if (before === null || held === isHeld(before)) return after;
  if (held) return { ...after, expiry_held_since: at };
  const heldFor = at - (before.expiry_held_since ?? at);
  const { expires_at } = after;
  const idleSince = idleSinceOf(after);
  return {
    ...after,
    expiry_held_since: null,
    expires_at: expires_at === null ? null : expires_at + heldFor,
    ...(idleSince !== null && { idle_since: Math.min(at, idleSince + heldFor) }),
  };
}

function isHeld(view: RunView): boolean {
  const waiting = waitingFor(view);
  return waiting === 'reviewer' || waiting === 'provider';
}
