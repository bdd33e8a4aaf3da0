/**
 * From the body of a creation to the first event of a run. Pure in its reservation: a repetition after a crash makes the
 * very same event, so that API and workflow write the same.
 */
import { derivedUuid } from '../../crypto/derived-uuid';
import type { Keyring } from '../../crypto/keyring';
import { searchHash, type Searched } from '../../crypto/search-hashes';
import type { EventOf, Json, PlannedStep } from '../../runs/events';
import { foldWithOutbox } from '../../runs/outbox';
import { stepSchema, stepSchemas } from '../../steps/schemas';
import type { AnyStepSchema } from '../../steps/schema-contract';
import type { Reservation } from '../../store/idempotency';
import type { ProjectionBatch } from '../../store/merge-batch';
import type { Tenant } from '../../store/runs';
import type { NewRun } from '../../temporal/run-gateway';
import { REVISION } from '../../workflows/messages';
import { parse } from '../http/parse';
import { ApiError, type ProblemCode } from '../problems';
import { firstCode } from './first-code';
import {
  sealCreation,
  type Customization,
  type KnockoutRule,
  type SealedCreation,
  type SealedSubmission,
} from '../../store/sealed-content';
import { ownValue } from '../../runs/own-value';

/** Numbers can grow when they are written anew (`1e20`), and Temporal takes inputs up to 2 MB (base64 adds a third). */
const MAX_CONTENT_BYTES = 700 * 1024;

export interface CreationBody {
  people_uuid?: string | undefined;
  responsible_uuid?: string | undefined;
  callback_url?: string | undefined;
  disable_geolocation: boolean;
  external_reference_id?: string | number | undefined;
  setup: Record<string, Json>;
  metadata?: Record<string, Json> | undefined;
  expires_in: number;
  abandon_after?: number | undefined;
  language?: string | undefined;
  start?: 'immediate' | 'on_open' | undefined;
  phone?: string | undefined;
  email?: string | undefined;
  autofill?: SealedCreation['autofill'] | undefined;
  steps: { step: string; custom_id: string | null }[];
  skip_steps?: Record<string, string> | undefined;
  rule_set_uuid?: string | undefined;
}

/** Where a run comes from, and what it keeps of the account's configuration. */
export interface Origin {
  /** What the setups refer to, by step key or custom id. */
  resolved: Record<string, Json>;
  customization: Customization | null;
  rules: KnockoutRule[];
  /** The template that it is made from. */
  template_uuid: string | null;
  /** The run that it takes the place of. */
  restarted_from: string | null;
  /** What was filled in there, by step key or custom id: these steps are done. */
  kept: Record<string, SealedSubmission>;
}

interface Circumstances extends Origin {
  tenant: Tenant;
  reservation: Reservation;
  /** The account's, where the body names none. */
  language: string;
  keys: { HASH_KEYS: Keyring; CODE_KEYS: Keyring };
}

/** A creation that was found to be in order, to be sealed under its run's key. */
export interface PlannedRun {
  seal(key: Buffer): Pick<NewRun, 'input' | 'external_reference_hash'> & { batch: ProjectionBatch };
}

/**
 * Checks a creation in whole and plans its run.
 * @throws ApiError `validation_failed` or `unknown_step`, with the path of each fault.
 */
export function newRun(body: CreationBody, circumstances: Circumstances): PlannedRun {
  const { tenant, reservation } = circumstances;
  const content = contentOf(body, circumstances);
  const steps = planSteps(body, circumstances);
  const hashes = hashesOf(content, circumstances);
  const created: EventOf<'run_created'> = {
    number: 1,
    at: reservation.at,
    type: 'run_created',
    actor: 'integrator',
    step_uuid: null,
    data: {
      run_uuid: reservation.uuid,
      ...tenant,
      settings: settingsOf(body, circumstances),
      steps,
      hashes,
    },
  };
  return {
    seal(key) {
      const sealed = sealCreation(key, reservation.uuid, content).toString('base64');
      const { view, entries } = foldWithOutbox(null, [created]);
      const first_code = firstCode(view, content, circumstances.keys);
      const first = first_code === undefined ? {} : { first_code };
      return {
        input: { kind: 'new', created, sealed, revision: REVISION, ...first },
        // Older than any workflow task: what a worker wrote of the run already stays.
        batch: { after: 0, items: [{ event: created, entries }], view, sealed, task_time: 0 },
        external_reference_hash: hashes.reference,
      };
    },
  };
}

function hashesOf(
  { external_reference_id: reference, phone = null, email = null }: SealedCreation,
  { tenant: { account_uuid }, keys }: Circumstances,
) {
  const hash = (what: Searched, value: string | null) =>
    searchHash(keys.HASH_KEYS, account_uuid, what, value);
  return {
    reference: hash('reference', reference === null ? null : String(reference)),
    phone: hash('phone', phone),
    email: hash('email', email),
  };
}

/** What of a creation is personal. @throws ApiError `too_large`. */
function contentOf(
  body: CreationBody,
  { resolved, customization, rules, kept }: Circumstances,
): SealedCreation {
  const content = {
    metadata: body.metadata ?? null,
    setup: body.setup,
    external_reference_id: body.external_reference_id ?? null,
    phone: body.phone ?? null,
    email: body.email ?? null,
    resolved,
    autofill: body.autofill ?? null,
    customization,
    ...(Object.keys(kept).length > 0 && { kept }),
    ...(body.skip_steps !== undefined && { skip_steps: body.skip_steps }),
    ...(rules.length > 0 && { rules }),
  };
  if (Buffer.byteLength(JSON.stringify(content)) > MAX_CONTENT_BYTES) {
    throw new ApiError(
      'too_large',
      'metadata, setup, customization, rules and what is kept are too large together.',
    );
  }
  return content;
}

function settingsOf(
  body: CreationBody,
  { language, template_uuid, restarted_from, kept }: Circumstances,
) {
  const first = body.steps.find(({ step, custom_id }) => !Object.hasOwn(kept, custom_id ?? step));
  const needsPerson = first && needsItsPerson(body, first);
  return {
    people_uuid: body.people_uuid ?? null,
    responsible_uuid: body.responsible_uuid ?? null,
    template_uuid,
    callback_url: body.callback_url ?? null,
    restarted_from,
    disable_geolocation: body.disable_geolocation,
    language: body.language ?? language,
    expires_in: body.expires_in,
    abandon_after: body.abandon_after ?? null,
    ...ruleSetOf(body),
    start: body.start ?? (needsPerson === false ? ('immediate' as const) : ('on_open' as const)),
  };
}

function ruleSetOf({ rule_set_uuid }: CreationBody) {
  return rule_set_uuid === undefined ? {} : { rule_set_uuid };
}

function needsItsPerson(body: CreationBody, { step, custom_id }: CreationBody['steps'][number]) {
  const schema = stepSchema(step);
  if (typeof schema?.needs_person !== 'function') return schema?.needs_person;
  return schema.needs_person(parsedSetup(body, schema, custom_id ?? step) as never);
}

function planSteps(
  body: CreationBody,
  { reservation, resolved, rules, kept }: Circumstances,
): PlannedStep[] {
  const names = new Set<string>();
  return body.steps.map(({ step, custom_id }, index) => {
    const schema = knownStep(step, index);
    checkCustomId(custom_id, schema, index);
    const name = custom_id ?? step;
    if (names.has(name)) throw refused(`steps.${index}`, 'is there already');
    names.add(name);
    if (schema.requires_people && body.people_uuid === undefined) {
      throw refused('people_uuid', `is required by ${step}`);
    }
    const uuid = derivedUuid(reservation.uuid, index);
    return {
      uuid,
      key: step,
      custom_id,
      settings: schema.settings(
        parsedSetup(body, schema, name) as never,
        ownValue(resolved, name, null),
      ),
      ...(Object.hasOwn(body.skip_steps ?? {}, name) && { is_skippable: true as const }),
      ...(rules.some((rule) => rule.step === step) && { is_judged: true as const }),
      ...(Object.hasOwn(kept, name) && { kept: true as const }),
    };
  });
}

export function knownStep(step: string, index: number): AnyStepSchema {
  const schema = stepSchema(step);
  if (schema !== undefined) return schema;
  const known = Object.keys(stepSchemas).join(', ');
  throw refused(`steps.${index}`, `is none of ${known}`, 'unknown_step');
}

function checkCustomId(customId: string | null, schema: AnyStepSchema, index: number): void {
  if (customId === null) return;
  const path = `steps.${index}.custom_id`;
  if (!schema.allow_multiple) throw refused(path, 'is not for steps that a workflow has once');
  if (stepSchema(customId) !== undefined) throw refused(path, 'is the key of a step');
}

/** The setup of a step as its schema reads it. @throws ApiError. */
export function parsedSetup(body: CreationBody, schema: AnyStepSchema, name: string): unknown {
  const given = ownValue(body.setup, name, null);
  if (given == null && schema.setup_required) throw refused(`setup.${name}`, 'is required');
  return parse(schema.setup, given ?? {}, ['setup', name]);
}

export function refused(
  path: string,
  message: string,
  code: ProblemCode = 'validation_failed',
): ApiError {
  const text = 'Some fields are not as they should be; see details.';
  return new ApiError(code, text, [{ path, message }]);
}
