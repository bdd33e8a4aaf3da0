/**
 * Events of a run: facts in the past tense, numbered 1, 2, 3… for each run. Times are milliseconds since the epoch
 * (UTC). Step types declare events of their own (`StepEvent`), which the run stores without interpreting them.
 */
import type { RunError, WaitingFor } from './outcome';
import type { JudgedRule, RuleVerdict } from './rules';

export type Mode = 'live' | 'test';

/** Actor of an event, as the timeline shows it. */
export type Actor = 'person' | 'staff' | 'system' | 'provider' | 'integrator';

/** JSON values that may be sent through Temporal or stored in MongoDB. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Name and reason of a staff action. `verified` is false for a signal. */
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

/** A step as planned at creation. `settings`: the part of the setup that the step's behaviour needs; never personal. */
export interface PlannedStep {
  uuid: string;
  key: string;
  custom_id: string | null;
  settings: Json;
  /** The step was done in the run that this one replaces; its content is in the sealed creation. */
  kept?: true;
  /** True if an expression may skip the step. */
  is_skippable?: true;
  /** True if knockout rules are evaluated after the step. */
  is_judged?: true;
}

/** Settings of a run's creation without personal data (which is sealed, see `crypto/seal`). */
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
  /** Start of the first step: at creation or when somebody opens the run. */
  start: 'immediate' | 'on_open';
}

/** Facts of a file. Nothing personal, so not its name. */
export interface AddedMedia {
  media_uuid: string;
  collection: string;
  /** MIME type, detected by content. */
  mime: string;
  /** Size of the original upload, in bytes. */
  size: number;
  /** Digest of the original upload, in hexadecimal. */
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
    /** Keyed hashes of personal data by which the run can be found. */
    hashes?: DestinationHashes & { reference: string | null };
  };
  /** Somebody opened the run for the first time. */
  run_opened: { submission_id: string | null };
  /** Activity that only restarts the abandonment clock. */
  person_active: { submission_id: string | null };
  run_abandoned: Record<string, never>;
  run_resumed: Record<string, never>;
  step_started: { waits_for: WaitingFor };
  /** A submission was accepted; its content is sealed under `submission_id`. */
  submission_accepted: { submission_id: string };
  /** A file was uploaded to the step; its bytes are sealed under `media_uuid`. */
  media_added: AddedMedia;
  step_succeeded: Record<string, never>;
  step_failed: RunError;
  step_rejected: RunError;
  /** The skip rule of the step was evaluated. `true`: the step is skipped. */
  skip_evaluated: { verdict: RuleVerdict };
  step_skipped: Record<string, never>;
  /** The knockout rules of the step were evaluated. `false`: the rule is violated. */
  rules_evaluated: { rules: JudgedRule[] };
  /** A step or, if `step_uuid` is null, the run as a whole waits for a reviewer. */
  review_requested: { reason: string };
  /** The reviewer approved what is in review. Further events show how step and run continue. */
  review_approved: RequestReason;
  review_rejected: RequestReason;
  run_succeeded: Record<string, never>;
  run_failed: RunError;
  run_rejected: RunError;
  run_expired: Record<string, never>;
  /** `verified` is false if the name came in a signal, which anybody with access to Temporal can send. */
  run_cancelled: { by: string; reason: string; verified: boolean };
  /** The run's clock was moved forward, in a sandbox only. `offset`: milliseconds ahead of the server's clock. */
  clock_advanced: { offset: number };
  /** A message that was malformed or did not apply. It changed nothing. */
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
 * Type of an event that a step type declares. The NUL exists only for the compiler, to distinguish these types from
 * those of the run's own events: no real name ends with it.
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
