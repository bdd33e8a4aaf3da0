/** Creates workflows and submits to steps, typed by step key. */
import type { Cerciora } from './client';
import { resultOf } from './errors';
import type { components, paths } from './schema';
import type { components as stepComponents } from './step-schemas';

type Schemas = components['schemas'];
type Body = paths['/v1/workflows']['post']['requestBody']['content']['application/json'];

/** Setup of each step, by step key. */
export type StepSetups = stepComponents['schemas']['StepSetups'];
/** Submission of each step (`data`), by step key. The fields of a `custom_form` are those of its form. */
export type StepData = stepComponents['schemas']['StepData'];
type GeneratedPayloads = stepComponents['schemas']['StepPayloads'];
/** Payload of each step as reads and webhooks show it, by step key. Fields are null or missing before a submission. */
export type StepPayloads = {
  [Key in StepKey]: GeneratedPayloads[Key] extends { verifications?: unknown }
    ? Omit<GeneratedPayloads[Key], 'verifications'> & { verifications?: Verification[] | null }
    : GeneratedPayloads[Key];
};
export type StepKey = keyof StepSetups;

/** A verification by one-time code, with its messages. Times are ISO 8601. */
export interface Verification {
  /** 1, or 2 for a second verification. */
  order: number;
  status: string;
  channel: string;
  /** Masked phone or email. */
  destination: string | null;
  backup_active: boolean;
  failed_attempts: number;
  wrong_codes: number;
  /** Codes that may still be typed. */
  attempts_left: number;
  /** Messages that may still be sent. */
  sends_left: number;
  expires_at: string | null;
  resend_available_at: string | null;
  sends: {
    channel: string;
    connector_uuid: string | null;
    at: string;
    status: string;
    provider_id: string | null;
    error_code: string | null;
  }[];
}

/** Keys of the steps that can't be created without a setup. */
type KeyWithSetup = stepComponents['schemas']['KeyWithSetup'];

/** A step of a creation: its key, or its key and a name that distinguishes it from others of the same type. */
export type StepInput =
  StepKey | { readonly step: StepKey; readonly custom_id?: string | null | undefined };

type KeyOf<Input> = Input extends { step: infer Key extends StepKey }
  ? Key
  : Input extends StepKey
    ? Input
    : never;
/** Name of a step in `setup` and `skip_steps`: its `custom_id`, else its key. */
type NameOf<Input> = Input extends { custom_id: infer Name extends string } ? Name : KeyOf<Input>;

/** Setups for steps that are known at compile time. */
type KnownSetups<Input> = {
  [
    Each in Input as KeyOf<Each> extends KeyWithSetup ? NameOf<Each> : never
  ]: StepSetups[KeyOf<Each>];
} & {
  [
    Each in Input as KeyOf<Each> extends KeyWithSetup ? never : NameOf<Each>
  ]?: StepSetups[KeyOf<Each>];
};

/** Setups for steps that are only known at run time, where a name may be a `custom_id`. */
type AnySetups = Partial<StepSetups> & Record<string, unknown>;

type IsKnown<Steps extends readonly StepInput[]> = number extends Steps['length'] ? false : true;

type SetupField<Steps extends readonly StepInput[]> =
  IsKnown<Steps> extends false
    ? { setup?: AnySetups }
    : [Extract<KeyOf<Steps[number]>, KeyWithSetup>] extends [never]
      ? { setup?: KnownSetups<Steps[number]> }
      : { setup: KnownSetups<Steps[number]> };

/** A creation: its setups are those of its steps. */
export type WorkflowCreation<Steps extends readonly StepInput[]> = Omit<
  Body,
  'steps' | 'setup' | 'skip_steps'
> & {
  steps: Steps;
  /** Expressions that skip a step, by its name. */
  skip_steps?: IsKnown<Steps> extends false
    ? Record<string, string>
    : { [Each in Steps[number] as NameOf<Each>]?: string };
} & SetupField<Steps>;

/** A step with a key: its payload is that of the key. */
export type Step<Key extends StepKey = StepKey> = {
  [Each in Key]: Omit<Schemas['Step'], 'step' | 'payload'> & {
    step: Each;
    payload: StepPayloads[Each] | null;
  };
}[Key];

/** A workflow with its steps in the order of its creation. */
export type Workflow<Steps extends readonly StepInput[] = StepInput[]> = Omit<
  Schemas['Workflow'],
  'steps'
> & { steps: { -readonly [Index in keyof Steps]: Step<KeyOf<Steps[Index]>> } };

/**
 * Creates a workflow. Write the steps in the call, so that its setups and its result are typed by them.
 *
 * @example
 * const run = await createWorkflow(api, {
 *   steps: ['acceptance', 'verify_phone_number'],
 *   setup: { acceptance: { text: 'I accept the terms.', version: '1' } },
 * });
 * @throws CercioraError.
 */
export async function createWorkflow<const Steps extends readonly StepInput[]>(
  api: Cerciora,
  creation: WorkflowCreation<Steps>,
): Promise<Workflow<Steps>> {
  const created = await resultOf(api.POST('/v1/workflows', { body: asBody(creation) }));
  return asWorkflow<Steps>(created);
}

/**
 * Submits to a step with an API key. `data` is typed by the step's key.
 * @throws CercioraError.
 */
export function submitStep<Key extends StepKey>(
  api: Cerciora,
  step: { uuid: string; step: Key },
  data: StepData[Key],
): Promise<Schemas['Progress']> {
  const params = { path: { uuid: step.uuid } };
  return resultOf(api.POST('/v1/steps/{uuid}/submit', { params, body: { data: asFields(data) } }));
}

/**
 * Submits to a step as its person, with the token of the workflow. `data` is typed by the step's key.
 * @throws CercioraError.
 */
export function submitSessionStep<Key extends StepKey>(
  person: Cerciora,
  step: { uuid: string; step: Key },
  data: StepData[Key],
): Promise<Schemas['Progress']> {
  const params = { path: { uuid: step.uuid } };
  return resultOf(
    person.POST('/v1/session/steps/{uuid}/submit', { params, body: { data: asFields(data) } }),
  );
}

/** Returns true for a step of a type; its payload is then that of the type. */
export function isStep<Key extends StepKey>(
  step: Schemas['Step'] | Step,
  key: Key,
): step is Step<Key> {
  return step.step === key;
}

/** Types a creation as the body of its call, whose setups have names that only run time knows. */
function asBody(creation: object): Body {
  return creation as Body;
}

/** Types a created workflow by its steps: the API returns them in the order of the creation. */
function asWorkflow<Steps extends readonly StepInput[]>(
  created: Schemas['Workflow'],
): Workflow<Steps> {
  return created as Schemas['Workflow'] & Workflow<Steps>;
}

/** Types a submission as the object that the call sends. */
function asFields(data: unknown): Record<string, unknown> {
  return data as Record<string, unknown>;
}
