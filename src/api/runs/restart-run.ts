/** A run in the place of another, for whoever gave a wrong number: forms are kept, destinations asked anew. */
import { isFinalRun } from '../../runs/outcome';
import type { StepView } from '../../runs/view';
import { submissionsOf } from '../../presentation/step-payload';
import { stepSchema } from '../../steps/schemas';
import type { RunRecord } from '../../store/runs';
import {
  openCreation,
  type SealedCreation,
  type SealedSubmission,
} from '../../store/sealed-content';
import { RunRefused } from '../../temporal/run-gateway';
import type { Json } from '../../runs/events';
import type { Reply } from '../http/route';
import { ApiError } from '../problems';
import { launchRun, type Creation } from './launch-run';
import { isFields } from '../templates/merge-deeply';
import type { CreationBody } from './new-run';
import { resolveSetups } from './resolve-setups';
import { ownValue } from '../../runs/own-value';

/** Where codes of the new run go, as far as its caller knows. */
export interface NewDestinations {
  phone?: string | undefined;
  email?: string | undefined;
}

/**
 * Starts it with all that the first was created with; then ends the first, where it isn't over.
 * @throws ApiError `action_not_allowed` where nothing is left to ask or the first was erased, `validation_failed` where
 * a step would have no destination.
 */
export async function restartRun(
  exchange: Creation,
  run: RunRecord,
  destinations: NewDestinations,
): Promise<Reply> {
  const { deps } = exchange;
  const key = run.erasure === undefined ? await deps.runKeys.find(run._id) : null;
  if (key === null) throw notAllowed('The personal data of the workflow were erased.');
  const creation = openCreation(key, run._id, run.sealed);
  const body = bodyOf(run, creation, destinations);
  const { resolved: known } = creation;
  const resolved = await resolveSetups(deps, run.account_uuid, body, known).catch(atTop);
  const kept = keptOf(run, key, creation);
  if (Object.keys(kept).length === run.view.steps.length) {
    throw notAllowed('Nothing is left to ask: all its steps are forms that were filled in.');
  }
  const reply = await launchRun(exchange, body, {
    ...{ resolved, kept, restarted_from: run._id },
    customization: creation.customization ?? null,
    rules: creation.rules ?? [],
    template_uuid: run.view.settings.template_uuid,
  });
  if (!isFinalRun(run.view.status)) await endFirst(exchange, run);
  return reply;
}

/** A destination that is missing is one for the caller to give: it was in a setup before. */
function atTop(error: unknown): never {
  const [detail] = error instanceof ApiError ? error.details : [];
  const field = /\.(phone|email)$/.exec(detail?.path ?? '')?.[1];
  if (!(error instanceof ApiError) || field === undefined) throw error;
  const message = 'is needed: no earlier form supplies it';
  throw new ApiError(error.code, error.message, [{ path: field, message }]);
}

async function endFirst(
  { deps, caller, reservation }: Creation,
  { _id, view }: RunRecord,
): Promise<void> {
  const message = {
    ...{ action: 'cancel' as const, by: caller.key.name, reason: 'restarted' },
    actor: 'integrator' as const,
  };
  try {
    await deps.gateway.act(_id, message, reservation.uuid);
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof RunRefused)) throw error;
    deps.logger.info({ run_uuid: view.uuid, code: error.code }, 'a restarted run was over already');
  }
}

/** The creation again, but for where codes went. */
function bodyOf(
  { view: { settings, steps } }: RunRecord,
  { setup, metadata, external_reference_id, autofill, skip_steps }: SealedCreation,
  { phone, email }: NewDestinations,
): CreationBody {
  return {
    people_uuid: settings.people_uuid ?? undefined,
    responsible_uuid: settings.responsible_uuid ?? undefined,
    callback_url: settings.callback_url ?? undefined,
    disable_geolocation: settings.disable_geolocation,
    external_reference_id: external_reference_id ?? undefined,
    setup: withDestinations(setup, { phone, email }),
    metadata: metadata ?? undefined,
    expires_in: settings.expires_in,
    abandon_after: settings.abandon_after ?? undefined,
    language: settings.language,
    // It may have been asked for; else it follows from the step that comes first now.
    start: settings.start === 'on_open' ? 'on_open' : undefined,
    ...{ phone, email },
    autofill: autofill ?? undefined,
    skip_steps,
    rule_set_uuid: settings.rule_set_uuid,
    steps: steps.map(({ key, custom_id }) => ({ step: key, custom_id })),
  };
}

/** Setups that preset a destination preset the new one, or none. */
function withDestinations(
  setup: Record<string, Json>,
  { phone, email }: NewDestinations,
): Record<string, Json> {
  const known = { phone: phone ?? null, email: email ?? null };
  return Object.fromEntries(
    Object.entries(setup).map(([name, given]): [string, Json] => {
      if (!isFields(given)) return [name, given];
      const fields = Object.entries(given).map(([field, value]): [string, Json] =>
        field === 'phone' || field === 'email' ? [field, known[field]] : [field, value],
      );
      return [name, Object.fromEntries(fields.filter(([, value]) => value !== null))];
    }),
  );
}

/** What was filled in, by step key or custom id. A form that names destinations is asked again, and one that was judged. */
function keptOf(
  run: RunRecord,
  key: Buffer,
  { resolved = {} }: SealedCreation,
): Record<string, SealedSubmission> {
  const kept = run.view.steps.flatMap((step) => {
    const name = step.custom_id ?? step.key;
    const [last] = isKept(step, ownValue(resolved, name, null))
      ? submissionsOf(run, step, key).slice(-1)
      : [];
    return last === undefined ? [] : [[name, last] as const];
  });
  return Object.fromEntries(kept);
}

function isKept({ key, status, is_judged }: StepView, resolved: Json): boolean {
  const schema = stepSchema(key);
  if (schema?.is_form !== true || status !== 'success' || is_judged === true) return false;
  return (schema.supplies?.(resolved) ?? []).length === 0;
}

function notAllowed(message: string): ApiError {
  return new ApiError('action_not_allowed', message);
}
