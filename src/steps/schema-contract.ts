/** Contract between a step type and the API: its catalogue entry and the schemas of its input. */
import type { ZodType } from 'zod';
import type { Json } from '../domain/run/events';

/** Origin of a submission. Declared by the backend if it used an API key. */
export interface Client {
  ip: string | null;
  user_agent: string | null;
}

/** A phone or an email that codes can be sent to. */
export type DestinationField = 'phone' | 'email';

/** Configuration of the account that a setup may refer to. Null if the account has none. */
export interface ConfigSources {
  /** Returns the NIP with this uuid; for null, the account's default for codes to such a destination. */
  nip(uuid: string | null, destination: DestinationField): Promise<Json>;
  form(uuid: string): Promise<Json>;
  /** Returns the account's display name, used in consents. */
  accountName(): Promise<string>;
}

/** Configuration that a setup refers to, as of the run's creation; or the field with a broken reference. */
export type Resolution = { resolved: Json } | { fault: { path: string[]; message: string } };

/** Input for a submission's payload beside its data. */
export interface SubmissionInput<Setup> {
  setup: Setup;
  resolved: Json;
  /** Returns the keyed digest of a typed code, for the verification whose code is expected; null if none is. */
  codeFacts(code: string): { order: number; digest: string } | null;
  client: Client;
  /** Milliseconds since the epoch, by the run's clock. */
  at: number;
}

/** Media types that can be uploaded, detected by content. None that a browser would execute: no SVG, no HTML. */
export type MediaType =
  | 'image/jpeg'
  | 'image/png'
  | 'image/webp'
  | 'application/pdf'
  | 'video/mp4'
  | 'video/quicktime'
  | 'video/webm'
  | 'audio/mpeg'
  | 'audio/mp4';

/** Rules for one collection of a step's uploads. */
export interface MediaRule {
  types: readonly MediaType[];
  /** True to refuse a submission while the collection is empty. */
  required: boolean;
  max_files: number;
  /** Maximum bytes of a file. Absent: the installation's limit, which always applies. */
  max_bytes?: number;
  /** Maximum pages of a PDF. Absent: the installation's limit, which always applies. */
  max_pages?: number;
}

export interface StepSchema<Setup = unknown, Data = unknown> {
  title: string;
  description: string;
  setup_required: boolean;
  requires_people: boolean;
  /** True if a run may have several such steps, distinguished by `custom_id`. */
  allow_multiple: boolean;
  /** True if a submission must carry coordinates. */
  geolocation: boolean;
  /** True if the step can't start before its person arrives: then its run starts when it is opened. */
  needs_person: boolean | ((setup: Setup) => boolean);
  /** Looks up the configuration that the setup refers to. Absent: the setup refers to none. */
  resolve?(setup: Setup, sources: ConfigSources): Promise<Resolution>;
  /** Destinations that must be present in the step's setup, an earlier form or the run. */
  needs?(setup: Setup, resolved: Json): DestinationField[];
  /** Destinations of the run that preset the step's own: it asks for none that is known. */
  presets?: readonly DestinationField[];
  /** Destinations that a submission to the step supplies to later ones. */
  supplies?(resolved: Json): DestinationField[];
  /** Schema of `setup.<key>` at creation. */
  setup: ZodType<Setup>;
  /** Schema of the `data` of a submission. */
  data: ZodType<Data>;
  /** Schema of the `data`, if it depends on the configuration that the setup refers to. */
  dataFor?(resolved: Json): ZodType<Data>;
  /** Upload rules by collection. Absent: no uploads. */
  media?(setup: Setup): Record<string, MediaRule>;
  /** Returns the part of the setup that the page may read. */
  present(setup: Setup, resolved: Json): Json;
  /** Returns the part of the setup that the workflow needs: small, never personal. */
  settings(setup: Setup, resolved: Json): Json;
  /** True if the data of a submission are stored. Never true for codes. */
  keeps_data?: boolean;
  /** Collection with the face to enrol for the person. Absent: none. */
  enrols_face?: string;
  /** True for a form, whose content is copied to a replacement run. */
  is_form?: boolean;
  /** Returns the part of a payload that proves the submission and survives the erasure of personal data; null: none. */
  proof?(payload: Json): Json;
  /** Returns the step's payload (sealed with the submission) and the facts that the workflow decides by. */
  receive(data: Data, reception: SubmissionInput<Setup>): { payload: Json; facts: Json };
}

/** A step schema without its own types: parse with its schemas before calling its functions. */
export type AnyStepSchema = StepSchema<never, never> & { setup: ZodType; data: ZodType };

/** Checks a step schema against the contract and erases its types. */
export function defineStepSchema<Setup, Data>(schema: StepSchema<Setup, Data>): AnyStepSchema {
  return schema as unknown as AnyStepSchema;
}
