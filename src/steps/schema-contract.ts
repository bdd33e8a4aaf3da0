/** What a step type is to the API: its entry in the catalogue and the shapes of what is sent to it. */
import type { ZodType } from 'zod';
import type { Json } from '../runs/events';

/** Where a submission came from; declared by the backend where a key was used. */
export interface Client {
  ip: string | null;
  user_agent: string | null;
}

/** What a submission's payload may be made of besides its data. */
export interface Reception<Setup> {
  setup: Setup;
  client: Client;
  /** Milliseconds since the epoch, in the run's clock. */
  at: number;
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
  needs_person: boolean;
  /** `setup.<key>` at creation. */
  setup: ZodType<Setup>;
  /** `data` of a submission. */
  data: ZodType<Data>;
  /** What of the setup the page may see. */
  present(setup: Setup): Json;
  /** What of the setup the workflow needs: small, and never personal. */
  settings(setup: Setup): Json;
  /** The step's payload (sealed with the submission) and what the workflow decides by. */
  receive(data: Data, reception: Reception<Setup>): { payload: Json; facts: Json };
}

/** A step schema as the API holds it, its own types forgotten: parse with its schemas before calling its functions. */
export type AnyStepSchema = StepSchema<never, never> & { setup: ZodType; data: ZodType };

/** Checks a step schema against the contract and forgets its types. */
export function defineStepSchema<Setup, Data>(schema: StepSchema<Setup, Data>): AnyStepSchema {
  return schema as unknown as AnyStepSchema;
}
