/**
 * Builds the first event of a run from the body of a creation. Deterministic for a reservation: a repetition after a
 * crash builds the same event, so that API and workflow write the same.
 */
import type { Keyring } from '../../platform/crypto/keyring';
import { searchHash, type SearchField } from '../../platform/crypto/search-hashes';
import type { EventOf } from '../../domain/run/events';
import { foldWithWebhooks } from '../../domain/run/outbox';
import type { Reservation } from '../../store/accounts/idempotency';
import type { ProjectionBatch } from '../../domain/run/projection-batch';
import type { Tenant } from '../../store/runs/runs';
import { sealCreation, type SealedCreation } from '../../store/runs/sealed-content';
import type { NewRun } from '../../platform/temporal/run-gateway';
import { DomainError } from '../domain-error';
import { findStepSchema } from '../step-schema';
import type { ParsedCreation, Origin } from './creation-body';
import { firstCode } from './first-code';
import { setupOf } from './parse-setups';
import { planSteps } from './plan-steps';

/** Numbers can grow when they are serialized (`1e20`), and Temporal accepts inputs up to 2 MB (base64 adds a third). */
const MAX_CONTENT_BYTES = 700 * 1024;

interface Circumstances extends Origin {
  tenant: Tenant;
  reservation: Reservation;
  /** The account's language, if the body has none. */
  language: string;
  keys: { HASH_KEYS: Keyring; CODE_KEYS: Keyring };
}

/** A validated creation, to be sealed under its run's key. */
export interface PlannedRun {
  seal(key: Buffer): Pick<NewRun, 'input' | 'external_reference_hash'> & { batch: ProjectionBatch };
}

/**
 * Validates a creation and plans its run.
 * @throws DomainError `validation_failed` or `unknown_step`, with the path of each error.
 */
export function planRun(body: ParsedCreation, circumstances: Circumstances): PlannedRun {
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
      const { view, entries } = foldWithWebhooks(null, [created]);
      const prepared = firstCode(view, content, circumstances.keys);
      const first = prepared === undefined ? {} : { prepared };
      return {
        input: { kind: 'new', created, sealed, ...first },
        // Older than any workflow task: events that a worker stored already are not replaced.
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
  const hash = (what: SearchField, value: string | null) =>
    searchHash(keys.HASH_KEYS, account_uuid, what, value);
  return {
    reference: hash('reference', reference === null ? null : String(reference)),
    phone: hash('phone', phone),
    email: hash('email', email),
  };
}

/** Collects the personal data of a creation. @throws DomainError `too_large`. */
function contentOf(
  body: ParsedCreation,
  { resolved, customization, rules, kept, prefilled }: Circumstances,
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
    ...filledForms({ kept, prefilled }),
    ...(body.skip_steps !== undefined && { skip_steps: body.skip_steps }),
    ...(rules.length > 0 && { rules }),
  };
  if (Buffer.byteLength(JSON.stringify(content)) > MAX_CONTENT_BYTES) {
    throw new DomainError(
      'too_large',
      'metadata, setup, customization, rules and what is kept are too large together.',
    );
  }
  return content;
}

function filledForms({ kept, prefilled }: Pick<Origin, 'kept' | 'prefilled'>) {
  return {
    ...(Object.keys(kept).length > 0 && { kept }),
    ...(Object.keys(prefilled).length > 0 && { prefilled }),
  };
}

function settingsOf(
  body: ParsedCreation,
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

function ruleSetOf({ rule_set_uuid }: ParsedCreation) {
  return rule_set_uuid === undefined ? {} : { rule_set_uuid };
}

function needsItsPerson(
  body: ParsedCreation,
  { step, custom_id }: ParsedCreation['steps'][number],
) {
  const schema = findStepSchema(step);
  if (typeof schema?.needs_person !== 'function') return schema?.needs_person;
  return schema.needs_person(setupOf(body, custom_id ?? step));
}
