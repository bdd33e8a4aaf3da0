/** Resolves the configuration that the setups of a creation refer to. A run stores its state at the creation. */
import type { Json } from '../../domain/run/events';
import { ownValue } from '../../domain/run/own-value';
import type { ConfigSources, DestinationField, StepSchema } from '../../steps/schema-contract';
import type { Account } from '../../store/accounts/accounts';
import type { NipFields } from '../../store/configuration/configuration';
import type { Tenant } from '../../store/runs/runs';
import { invalidField } from '../domain-error';
import type { Ports } from '../ports';
import type { ParsedCreation } from './creation-body';
import { knownStep } from './known-step';
import { setupOf } from './parse-setups';
import { requireLiveConnectors } from './require-live-connectors';

export type SetupPorts = Pick<Ports, 'accounts' | 'connectors' | 'forms' | 'nips'>;

/**
 * Resolves the setups of all steps, and checks that its setup, an earlier step or the run provides each destination
 * that a step needs. `known`: configuration resolved before, by step key or custom id.
 * @throws DomainError `validation_failed` with the path of a missing value.
 */
export async function resolveSetups(
  ports: SetupPorts,
  tenant: Tenant,
  body: ParsedCreation,
  known: Record<string, Json> = {},
): Promise<Record<string, Json>> {
  const lookUp = async (schema: StepSchema, name: string) =>
    ownValue(known, name) ?? (await resolveOne(body, schema, name, sourcesOf(ports, tenant, name)));
  const resolved = new Map<string, Json>();
  const presets = ['phone', 'email'] as const;
  const supplied = new Set<DestinationField>(presets.filter((field) => body[field] !== undefined));
  for (const [index, { step, custom_id }] of body.steps.entries()) {
    const schema = knownStep(step, index);
    const name = custom_id ?? step;
    const found = await lookUp(schema, name);
    if (found === undefined) continue;
    resolved.set(name, found);
    const setup = setupOf(body, name);
    requireSupplied(name, schema.needs?.(setup, found) ?? [], supplied);
    for (const field of schema.supplies?.(found) ?? []) supplied.add(field);
  }
  return Object.fromEntries(resolved);
}

async function resolveOne(
  body: ParsedCreation,
  schema: StepSchema,
  name: string,
  sources: ConfigSources,
): Promise<Json | undefined> {
  if (schema.resolve === undefined) return undefined;
  const found = await schema.resolve(setupOf(body, name), sources);
  if ('resolved' in found) return found.resolved;
  throw invalidField(['setup', name, ...found.fault.path].join('.'), found.fault.message);
}

function requireSupplied(
  name: string,
  needed: readonly DestinationField[],
  supplied: ReadonlySet<DestinationField>,
): void {
  const missing = needed.find((field) => !supplied.has(field));
  if (missing === undefined) return;
  const message = 'is needed: no preset and no earlier form supplies it';
  throw invalidField(`setup.${name}.${missing}`, message);
}

/** Returns the configuration sources for the setup of the step with this key or custom id. */
function sourcesOf(ports: SetupPorts, tenant: Tenant, name: string): ConfigSources {
  const { accounts, forms, nips } = ports;
  const accountUuid = tenant.account_uuid;
  return {
    async nip(uuid, destination) {
      const chosen = uuid ?? defaultNip(await accounts.findAccount(accountUuid), destination);
      const found = chosen === null ? null : await nips.find(accountUuid, chosen);
      if (found === null) return null;
      await requireLiveConnectors(ports, tenant, found, `setup.${name}.nip_uuid`);
      return policyOf(found);
    },
    async accountName() {
      return (await accounts.findAccount(accountUuid))?.name ?? '';
    },
    async form(uuid) {
      const found = await forms.find(accountUuid, uuid);
      return found === null ? null : asJson({ name: found.name, fields: found.fields });
    },
  };
}

/** Returns the account's NIP for codes to such a destination, for a setup without one. */
function defaultNip(account: Account | null, destination: DestinationField): string | null {
  if (account === null) return null;
  const { default_nip_uuid, default_email_nip_uuid } = account;
  return destination === 'email' ? (default_email_nip_uuid ?? default_nip_uuid) : default_nip_uuid;
}

function policyOf({ first_verification, second_verification, code, messages }: NipFields): Json {
  const verifications = [
    first_verification,
    ...(second_verification === null ? [] : [second_verification]),
  ];
  return asJson({ verifications, code, messages });
}

/** Types configuration as JSON. The cast is safe because the value was parsed from JSON before it was stored. */
function asJson(stored: object): Json {
  return stored as Json;
}
