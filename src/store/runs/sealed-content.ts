/** What of a run is sealed under its key: what it was created with, what its person submitted, what receivers answered. */
import { open, openJson, seal, sealJson } from '../../platform/crypto/seal';
import type { Json } from '../../domain/run/events';
import type { Client } from '../../steps/schema-contract';

/** The personal part of a creation. `setup` is as it was sent, by step key or custom id. */
export interface SealedCreation {
  metadata: Record<string, Json> | null;
  setup: Record<string, Json>;
  external_reference_id: string | number | null;
  /** E.164. */
  phone?: string | null;
  email?: string | null;
  /** What the setup of a step referred to, by step key or custom id: as it was when the run was created. */
  resolved?: Record<string, Json>;
  /** As it was sent, null where it wasn't. */
  autofill?: Record<string, Json | undefined> | null;
  /** The texts of its page, as they were when the run was created. */
  customization?: Customization | null;
  /** What was filled in in the run that it takes the place of, by step key or custom id. */
  kept?: Record<string, SealedSubmission>;
  /** Values that a form begins with, by step key or custom id: a person checks and submits them. */
  prefilled?: Record<string, Record<string, Json>>;
  /** Expressions by step key or custom id, as they were sent. */
  skip_steps?: Record<string, string>;
  /** The active knockout rules that concern its steps, as they were when the run was created. */
  rules?: KnockoutRule[];
}

/** Texts of the page by step key or custom id, colours and logo under `theme`. */
export interface Customization {
  uuid: string;
  values: Record<string, Json>;
}

export interface KnockoutRule {
  uuid: string;
  name: string;
  /** The expression. */
  template: string;
  /** The step key that it follows. */
  step: string;
}

/** One submission. A start that told where it came from is one too, without data. */
export interface SealedSubmission {
  data: Json;
  payload: Json;
  /** Longitude and latitude in degrees, as text. */
  coordinates: [string, string] | null;
  client: Client;
  /** What the workflow heard of it: a repetition tells it the same, however the run stands by then. */
  facts?: Json;
  /** Milliseconds since the epoch. */
  at: number;
}

export function sealCreation(key: Buffer, runUuid: string, creation: SealedCreation): Buffer {
  return sealJson(key, creation, creationPlace(runUuid));
}

export function openCreation(key: Buffer, runUuid: string, sealed: Buffer): SealedCreation {
  return openJson(key, sealed, creationPlace(runUuid));
}

export function sealSubmission(
  key: Buffer,
  place: { run_uuid: string; id: string },
  submission: SealedSubmission,
): Buffer {
  return sealJson(key, submission, submissionPlace(place.run_uuid, place.id));
}

export function openSubmission(
  key: Buffer,
  place: { run_uuid: string; id: string },
  sealed: Buffer,
): SealedSubmission {
  return openJson(key, sealed, submissionPlace(place.run_uuid, place.id));
}

/** The beginning of what a receiver answered to a webhook: it may repeat what it was sent. */
export function sealAnswer(key: Buffer, deliveryUuid: string, answer: Buffer): Buffer {
  return seal(key, answer, answerPlace(deliveryUuid));
}

export function openAnswer(key: Buffer, deliveryUuid: string, sealed: Buffer): Buffer {
  return open(key, sealed, answerPlace(deliveryUuid));
}

function answerPlace(deliveryUuid: string): string {
  return `webhook/${deliveryUuid}/answer`;
}

function creationPlace(runUuid: string): string {
  return `run/${runUuid}/created`;
}

function submissionPlace(runUuid: string, id: string): string {
  return `run/${runUuid}/submission/${id}`;
}
