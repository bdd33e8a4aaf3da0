/** Content sealed under a run's key: its creation, its submissions, and responses of receivers. */
import { open, openJson, seal, sealJson } from '../../platform/crypto/seal';
import type { Json } from '../../domain/run/events';
import type { Client } from '../../steps/schema-contract';

/** The personal part of a creation. `setup` is what the schemas of its steps returned, by step key or custom id. */
export interface SealedCreation {
  metadata: Record<string, Json> | null;
  setup: Record<string, Json>;
  external_reference_id: string | number | null;
  /** E.164. */
  phone?: string | null;
  email?: string | null;
  /** Configuration that the setup of a step referred to at the run's creation, by step key or custom id. */
  resolved?: Record<string, Json>;
  /** Autofill as sent; null if absent. */
  autofill?: Record<string, Json | undefined> | null;
  /** Texts of the run's page as of its creation. */
  customization?: Customization | null;
  /** Completed forms of the run that it replaces, by step key or custom id. */
  kept?: Record<string, SealedSubmission>;
  /** Values that a form begins with, by step key or custom id: a person checks and submits them. */
  prefilled?: Record<string, Record<string, Json>>;
  /** Expressions by step key or custom id, as they were sent. */
  skip_steps?: Record<string, string>;
  /** Active knockout rules of its steps as of the run's creation. */
  rules?: KnockoutRule[];
}

/** Texts of the page by step key or custom id; colours and logo under `theme`. */
export interface Customization {
  uuid: string;
  values: Record<string, Json>;
}

export interface KnockoutRule {
  uuid: string;
  name: string;
  /** The expression. */
  template: string;
  /** Key of the step that it follows. */
  step: string;
}

/** A submission, or the coordinates of a start (without data). */
export interface SealedSubmission {
  data: Json;
  payload: Json;
  /** Longitude and latitude in degrees, as text. */
  coordinates: [string, string] | null;
  client: Client;
  /** Facts that were sent to the workflow: a repetition sends the same ones, whatever the run's state. */
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

/** Seals the first bytes of a receiver's response, which may echo the request. */
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
