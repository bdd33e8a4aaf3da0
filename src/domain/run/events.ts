/**
 * Lists what can happen to a run. Events are facts in the past tense, numbered 1, 2, 3… per run; times are milliseconds
 * since the epoch (UTC). Step types add events of their own (`StepEvent`), which the run stores without knowing them.
 */
import type { RunError, WaitingFor } from './outcome';
import type { JudgedRule, RuleVerdict } from './rules';

export type Mode = 'live' | 'test';

/** Who made something happen, as the timeline shows it. */
export type Actor = 'person' | 'staff' | 'system' | 'provider' | 'integrator';

/** What a value that crosses Temporal or MongoDB may be made of. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Name and reason given with a staff action. `verified` is false for a signal. */
export interface RequestReason {
  by: string;
  reason: string;
  verified: boolean;
}

/** Keyed hashes of a phone and an email by which a run is found. */
export interface DestinationHashes {
  phone: string | null;
  email: string | null;
}

/** One step as planned at creation. `settings` is what the step's behaviour needs of its setup: never personal. */
export interface PlannedStep {
  uuid: string;
  key: string;
  custom_id: string | null;
  settings: Json;
  /** It was done in the run that this one takes the place of; its content lies in the sealed creation. */
  kept?: true;
  /** Whether an expression may skip it. */
  is_skippable?: true;
  /** Whether knockout rules are evaluated after it. */
  is_judged?: true;
}

/** What a run was created with, less what is personal (that is sealed beside it, see `crypto/seal`). */
export interface RunSettings {
  people_uuid: string | null;
  responsible_uuid: string | null;
  template_uuid: string | null;
  callback_url: string | null;
  restarted_from: string | null;
  rule_set_uuid?: string;
  disable_geolocation: boolean;
  language: string;
  /** Minutes from creation to expiry; 0: never. */
  expires_in: number;
  /** Minutes without activity until the run counts as abandoned; null: never. */
  abandon_after: number | null;
  /** Whether the first step starts at creation or when somebody opens the run. */
  start: 'immediate' | 'on_open';
}

/** What of a file is a fact: nothing personal, so not its name. */
export interface AddedMedia {
  media_uuid: string;
  collection: string;
  /** By its content. */
  mime: string;
  /** Bytes, as they were uploaded. */
  size: number;
  /** Of the same bytes, in hexadecimal. */
  sha256: string;
}

/** Data of each type of event of the run itself. */
export interface EventData {
  run_created: {
    run_uuid: string;
    account_uuid: string;
    mode: Mode;
    settings: RunSettings;
    steps: PlannedStep[];
    /** Keyed: by which the run is found by what is personal in it. */
    hashes?: DestinationHashes & { reference: string | null };
  };
  /** Somebody opened the run for the first time. */
  run_opened: { submission_id: string | null };
  /** Activity that changes nothing but the abandonment clock. */
  person_active: { submission_id: string | null };
  run_abandoned: Record<string, never>;
  run_resumed: Record<string, never>;
  step_started: { waits_for: WaitingFor };
  /** A submission was taken; its content lies sealed under `submission_id`. */
  submission_accepted: { submission_id: string };
  /** A file was uploaded to the step; its bytes lie sealed under `media_uuid`. */
  media_added: AddedMedia;
  step_succeeded: Record<string, never>;
  step_failed: RunError;
  step_rejected: RunError;
  /** Whether the step is to be skipped; `true`: it is. */
  skip_evaluated: { verdict: RuleVerdict };
  step_skipped: Record<string, never>;
  /** What the knockout rules that follow the step came to; `false`: it doesn't hold. */
  rules_evaluated: { rules: JudgedRule[] };
  /** A step or, where `step_uuid` is null, the run as a whole awaits a reviewer. */
  review_requested: { reason: string };
  /** The reviewer's decision on what is in review; how step and run go on from it is told by events of its own. */
  review_approved: RequestReason;
  review_rejected: RequestReason;
  run_succeeded: Record<string, never>;
  run_failed: RunError;
  run_rejected: RunError;
  run_expired: Record<string, never>;
  /** `verified` is false where the name came in a signal, which anybody with access to Temporal can send. */
  run_cancelled: { by: string; reason: string; verified: boolean };
  /** The run's clock was moved on, in a sandbox only; `offset` is what it is ahead by, in milliseconds. */
  clock_advanced: { offset: number };
  /** A message that could not be understood or did not apply. It changed nothing. */
  signal_ignored: { name: string; cause: 'malformed' | 'unknown' | 'not_applicable' };
}

export type EventType = keyof EventData;

/** An event of the type `Type`, numbered and timed. */
export interface EventOf<Type extends EventType> {
  number: number;
  /** Milliseconds since the epoch. */
  at: number;
  type: Type;
  actor: Actor;
  step_uuid: string | null;
  data: EventData[Type];
}

/** An event of the run itself. */
export type RunEvent = { [Type in EventType]: EventOf<Type> }[EventType];

/**
 * Type of an event that a step type declares. The NUL is a mark for the compiler alone, which keeps it apart from the
 * types of the run's own events: no name really ends so.
 */
export type StepEventType = `${string}\u0000`;

/** An event that a step type declares. Only the step type's own module reads its data. */
export interface StepEvent {
  number: number;
  /** Milliseconds since the epoch. */
  at: number;
  type: StepEventType;
  actor: Actor;
  step_uuid: string | null;
  data: object;
}

export type NumberedEvent = RunEvent | StepEvent;
