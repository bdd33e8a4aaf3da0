import type { Keyring } from '../crypto/keyring';
import { searchHash } from '../crypto/search-hashes';
import { maskEmail, maskPhone } from '../nips/mask';
import type { Json } from '../runs/events';
import type { LadderEventData } from '../nips/events';
import type { DestinationSources } from '../steps/contract';
import type { DestinationField } from '../steps/schema-contract';
import { stepSchema } from '../steps/schemas';
import type { OpenedRun, RunReader } from './run-reader';

/** Where codes of a step go; sealed in the run from the moment the verification starts. */
export interface Destinations {
  phone: string | null;
  email: string | null;
}

/**
 * Finds and fixes where a step's codes go: its setup says so, else what the person gave to this step or the latest
 * earlier form, else the run. A change of any of them afterwards changes nothing. Safe to repeat.
 */
export function fixDestinations(reader: RunReader, hashKeys: Keyring) {
  return async (sources: DestinationSources): Promise<LadderEventData['destinations_fixed']> => {
    const { run_uuid, step_uuid, channels } = sources;
    const run = await reader.read(run_uuid);
    const id = idOf(step_uuid);
    const fixed = run.submission(id)?.payload ?? null;
    const found = fixed === null ? find(run, sources) : (fixed as unknown as Destinations);
    if (fixed === null) {
      const nobody = { ip: null, user_agent: null };
      const payload = found as unknown as Json;
      const content = { data: null, payload, coordinates: null, client: nobody, at: Date.now() };
      await reader.keep(run_uuid, { id, step_uuid }, content);
    }
    const phone = channels.some(isPhone) ? found.phone : null;
    const email = channels.includes('email') ? found.email : null;
    const { account_uuid } = run.view;
    return {
      submission_id: id,
      phone: phone && maskPhone(phone),
      email: email && maskEmail(email),
      hashes: {
        phone: searchHash(hashKeys, account_uuid, 'phone', phone),
        email: searchHash(hashKeys, account_uuid, 'email', email),
      },
    };
  };
}

/** The destinations that were fixed under an id. @throws Error where there are none: a bug. */
export function destinationsOf(run: OpenedRun, id: string): Destinations {
  const payload = run.submission(id)?.payload;
  if (payload == null) throw new Error('destinations were not fixed');
  return payload as unknown as Destinations;
}

function isPhone(channel: string): boolean {
  return channel !== 'email';
}

function find(run: OpenedRun, { name, submissions }: DestinationSources): Destinations {
  const { phone = null, email = null } = run.creation;
  const setup = fieldsOf(run.creation.setup[name] ?? null, ['phone', 'email']);
  const sources = [setup, ...submissions.map((id) => givenBy(run, id)), { phone, email }];
  const first = (field: DestinationField) =>
    sources.map((source) => source[field]).find((value) => value != null) ?? null;
  return { phone: first('phone'), email: first('email') };
}

type Given = Partial<Record<DestinationField, string | null>>;

/** What a submission supplies: a form's field that happens to be named `phone` may hold any text. */
function givenBy(run: OpenedRun, id: string): Given {
  const submission = run.submission(id);
  const step = run.view.steps.find(({ uuid }) => uuid === submission?.step_uuid);
  if (submission === null || step === undefined) return {};
  if (id === idOf(step.uuid)) return fieldsOf(submission.payload, ['phone', 'email']);
  const resolved = run.creation.resolved?.[step.custom_id ?? step.key] ?? null;
  return fieldsOf(submission.payload, stepSchema(step.key)?.supplies?.(resolved) ?? []);
}

function fieldsOf(source: Json, fields: readonly DestinationField[]): Given {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) return {};
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = source[field];
      return typeof value === 'string' && value !== '' ? [[field, value]] : [];
    }),
  );
}

/** What a step's destinations are kept under. */
function idOf(stepUuid: string): string {
  return `destinations-${stepUuid}`;
}
