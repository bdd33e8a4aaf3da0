/** Replaces a run whose person entered a wrong number: copies forms and asks for destinations again. */
import { isFinalRun } from '../../domain/run/outcome';
import type { StepView } from '../../domain/run/view';
import type { RunRecord } from '../../store/runs/runs';
import { openCreation, type SealedCreation } from '../../store/runs/sealed-content';
import type { Json } from '../../domain/run/events';
import { DomainError, isRefusal } from '../domain-error';
import type { Ports } from '../ports';
import { launchRun, type CreatedRun, type CreationRequest, type LaunchPorts } from './launch-run';
import type { CreationBody } from './creation-body';
import { awaitDecision } from '../runs/write-run';
import { parseSetups } from './parse-setups';
import { hasNip } from '../../steps/shared/one-time-code/state';
import { formsOf } from './restarted-forms';
import { resolveSetups, type SetupPorts } from './resolve-setups';
import { isFields } from '../../domain/run/is-fields';

type RestartPorts = LaunchPorts & SetupPorts & Pick<Ports, 'logger'>;

/** Destinations of the new run's codes that the caller knows. */
export interface DestinationOverrides {
  phone?: string | undefined;
  email?: string | undefined;
}

export interface Restart extends CreationRequest {
  run: RunRecord;
  destinations: DestinationOverrides;
  /** Name of the caller, for the cancellation of the first run. */
  by: string;
}

/**
 * Creates a replacement run with the creation of the first run, then cancels the first run if it is still open.
 * @throws DomainError `action_not_allowed` if no step would ask for input or the first run was erased,
 * `validation_failed` if a step would have no destination.
 */
export async function restartRun(ports: RestartPorts, restart: Restart): Promise<CreatedRun> {
  const { run, destinations } = restart;
  const key = run.erasure === undefined ? await ports.runKeys.find(run.view) : null;
  if (key === null) throw notAllowed('The personal data of the workflow were erased.');
  const creation = openCreation(key, run._id, run.sealed);
  const body = parseSetups(bodyOf(run, creation, destinations));
  const { resolved: known } = creation;
  const resolved = await resolveSetups(ports, restart.caller.tenant, body, known).catch(atTop);
  const { kept, prefilled } = formsOf(run, key, { creation, destinations });
  if (Object.keys(kept).length === run.view.steps.length) {
    throw notAllowed('Nothing is left to ask: all its steps are forms that were filled in.');
  }
  const origin = {
    resolved,
    kept,
    prefilled,
    restarted_from: run._id,
    customization: creation.customization ?? null,
    rules: creation.rules ?? [],
    template_uuid: run.view.settings.template_uuid,
  };
  const created = await launchRun(ports, restart, { given: body, origin });
  if (!isFinalRun(run.view.status)) await cancelFirst(ports, restart);
  return created;
}

/**
 * Rethrows a missing destination as a field of the call: it was preset in a setup, and the caller can provide it now.
 */
function atTop(error: unknown): never {
  const [detail] = error instanceof DomainError ? error.details : [];
  const field = /\.(phone|email)$/.exec(detail?.path ?? '')?.[1];
  if (!(error instanceof DomainError) || field === undefined) throw error;
  const message = 'is needed: no earlier form supplies it';
  throw new DomainError(error.code, error.message, { details: [{ path: field, message }] });
}

async function cancelFirst(ports: RestartPorts, { run, by, reservation }: Restart): Promise<void> {
  const message = {
    action: 'cancel' as const,
    by,
    reason: 'restarted',
    actor: 'integrator' as const,
  };
  try {
    await awaitDecision(ports, run, null, () =>
      ports.gateway.act(run._id, message, reservation.uuid),
    );
  } catch (error) {
    // The first run ended by itself meanwhile.
    if (!isRefusal(error)) throw error;
    const { code } = error;
    ports.logger.info({ run_uuid: run._id, code }, 'a restarted run was over already');
  }
}

/** Builds the creation again with other destinations. */
function bodyOf(
  { view: { settings, steps } }: RunRecord,
  { setup, metadata, external_reference_id, autofill, skip_steps }: SealedCreation,
  { phone, email }: DestinationOverrides,
): CreationBody {
  return {
    people_uuid: settings.people_uuid ?? undefined,
    responsible_uuid: settings.responsible_uuid ?? undefined,
    callback_url: settings.callback_url ?? undefined,
    disable_geolocation: settings.disable_geolocation,
    external_reference_id: external_reference_id ?? undefined,
    setup: withDestinations(setup, steps, { phone, email }),
    metadata: metadata ?? undefined,
    expires_in: settings.expires_in,
    abandon_after: settings.abandon_after ?? undefined,
    language: settings.language,
    // Preserves an explicit `on_open`; otherwise derives it from the step that comes first now.
    start: settings.start === 'on_open' ? 'on_open' : undefined,
    ...{ phone, email },
    autofill: autofill ?? undefined,
    skip_steps,
    rule_set_uuid: settings.rule_set_uuid,
    steps: steps.map(({ key, custom_id }) => ({ step: key, custom_id })),
  };
}

/**
 * Replaces the destinations in setups. A given one is preset in each step that sends codes, so that it counts more than
 * what a form says; one that isn't given is removed.
 */
function withDestinations(
  setup: Record<string, Json>,
  steps: readonly StepView[],
  destinations: DestinationOverrides,
): Record<string, Json> {
  const given = givenOf(destinations);
  const others = Object.entries(setup).map(([name, own]): [string, Json] => {
    if (!isFields(own)) return [name, own];
    const { phone: _phone, email: _email, ...rest } = own;
    return [name, { ...rest, ...presetsIn(own, given) }];
  });
  const preset = new Map(others);
  for (const step of steps.filter(hasNip)) {
    const name = step.custom_id ?? step.key;
    const own = preset.get(name);
    if (Object.keys(given).length > 0) {
      preset.set(name, { ...(isFields(own) ? own : {}), ...given });
    }
  }
  return Object.fromEntries(preset);
}

/** Returns the given destinations that a setup has fields for. */
function presetsIn(own: Record<string, Json>, given: Record<string, string>) {
  return Object.fromEntries(Object.entries(given).filter(([field]) => Object.hasOwn(own, field)));
}

function givenOf({ phone, email }: DestinationOverrides): Record<string, string> {
  return { ...(phone !== undefined && { phone }), ...(email !== undefined && { email }) };
}

function notAllowed(message: string): DomainError {
  return new DomainError('action_not_allowed', message);
}
