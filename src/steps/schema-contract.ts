/** What a step type is to the API: its entry in the catalogue and the shapes of what is sent to it. */
import type { ZodType } from 'zod';
import type { Json } from '../domain/run/events';

/** Where a submission came from; declared by the backend where a key was used. */
export interface Client {
  ip: string | null;
  user_agent: string | null;
}

/** A phone or an email that codes can be sent to. */
export type DestinationField = 'phone' | 'email';

/** What a setup may refer to: the account's configuration. Null: the account has none such. */
export interface ConfigSources {
  /** The NIP with this uuid; for null the account's default for codes to such a destination. */
  nip(uuid: string | null, destination: DestinationField): Promise<Json>;
  form(uuid: string): Promise<Json>;
  /** What the account calls itself; a consent names it. */
  accountName(): Promise<string>;
}

/** What a setup refers to, as it is when the run is created; or which field refers to nothing. */
export type Resolution = { resolved: Json } | { fault: { path: string[]; message: string } };

/** What a submission's payload may be made of besides its data. */
export interface SubmissionInput<Setup> {
  setup: Setup;
  resolved: Json;
  /** The keyed digest of a typed code, for the verification whose code is awaited; null where none is. */
  codeFacts(code: string): { order: number; digest: string } | null;
  client: Client;
  /** Milliseconds since the epoch, in the run's clock. */
  at: number;
}

/** What may be uploaded anywhere, told by its content. Nothing that a browser would run: no SVG, no HTML. */
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

/** What a collection of a step takes. */
export interface MediaRule {
  types: readonly MediaType[];
  /** Whether a submission to the step is refused while the collection is empty. */
  required: boolean;
  max_files: number;
  /** Bytes of a file; absent: the installation's limit, which always holds. */
  max_bytes?: number;
  /** Pages of a PDF; absent: the installation's limit, which always holds. */
  max_pages?: number;
}

export interface StepSchema<Setup = unknown, Data = unknown> {
  title: string;
  description: string;
  setup_required: boolean;
  requires_people: boolean;
  /** Whether a run may hold several, told apart by `custom_id`. */
  allow_multiple: boolean;
  /** Whether a submission must carry coordinates. */
  geolocation: boolean;
  /** Whether the step can do nothing before its person comes: then its run starts when it is opened. */
  needs_person: boolean | ((setup: Setup) => boolean);
  /** Looks up what the setup refers to. Absent: nothing. */
  resolve?(setup: Setup, sources: ConfigSources): Promise<Resolution>;
  /** Destinations that the step must find in its setup, an earlier form or the run. */
  needs?(setup: Setup, resolved: Json): DestinationField[];
  /** Destinations of the run that preset the step's own: it asks for none that is known. */
  presets?: readonly DestinationField[];
  /** Destinations that a submission to the step supplies to later ones. */
  supplies?(resolved: Json): DestinationField[];
  /** `setup.<key>` at creation. */
  setup: ZodType<Setup>;
  /** `data` of a submission. */
  data: ZodType<Data>;
  /** The same where it depends on what the setup refers to. */
  dataFor?(resolved: Json): ZodType<Data>;
  /** What may be uploaded to a step, by collection; absent: nothing. */
  media?(setup: Setup): Record<string, MediaRule>;
  /** What of the setup the page may see. */
  present(setup: Setup, resolved: Json): Json;
  /** What of the setup the workflow needs: small, and never personal. */
  settings(setup: Setup, resolved: Json): Json;
  /** Whether the data of a submission are kept; a code never is. */
  keeps_data?: boolean;
  /** The collection that shows the face by which its person is known from then on; absent: it enrols nobody. */
  enrols_face?: string;
  /** Whether it is a form, whose content a run that takes the place of another takes over. */
  is_form?: boolean;
  /** What of a payload proves that it was given, and stays when personal data are erased; null: nothing. */
  proof?(payload: Json): Json;
  /** The step's payload (sealed with the submission) and what the workflow decides by. */
  receive(data: Data, reception: SubmissionInput<Setup>): { payload: Json; facts: Json };
}

/** A step schema as the API holds it, its own types forgotten: parse with its schemas before calling its functions. */
export type AnyStepSchema = StepSchema<never, never> & { setup: ZodType; data: ZodType };

/** Checks a step schema against the contract and forgets its types. */
export function defineStepSchema<Setup, Data>(schema: StepSchema<Setup, Data>): AnyStepSchema {
  return schema as unknown as AnyStepSchema;
}
