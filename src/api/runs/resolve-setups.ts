/** What the setups of a creation refer to, as it is now: a run keeps what it was created with. */
import type { Json } from '../../runs/events';
import type { AnyStepSchema, ConfigSources, DestinationField } from '../../steps/schema-contract';
import type { NipFields } from '../../store/configuration';
import type { ApiDependencies } from '../dependencies';
import { knownStep, parsedSetup, refused, type CreationBody } from './new-run';
import { ownValue } from '../../runs/own-value';

/**
 * Resolves the setups of all steps, and checks that each destination that a step needs is supplied by its setup, an
 * earlier step or the run. `known`: what was resolved before, by step key or custom id.
 * @throws ApiError `validation_failed` with the path of what is missing.
 */
export async function resolveSetups(
  deps: Pick<ApiDependencies, 'accounts' | 'forms' | 'nips'>,
  accountUuid: string,
  body: CreationBody,
  known: Record<string, Json> = {},
): Promise<Record<string, Json>> {
  const sources = sourcesOf(deps, accountUuid);
  const lookUp = async (schema: AnyStepSchema, name: string) =>
    ownValue(known, name) ?? (await resolveOne(body, schema, name, sources));
  const resolved = new Map<string, Json>();
  const presets = ['phone', 'email'] as const;
  const supplied = new Set<DestinationField>(presets.filter((field) => body[field] !== undefined));
  for (const [index, { step, custom_id }] of body.steps.entries()) {
    const schema = knownStep(step, index);
    const name = custom_id ?? step;
    const found = await lookUp(schema, name);
    if (found === undefined) continue;
    resolved.set(name, found);
    const setup = parsedSetup(body, schema, name) as never;
    requireSupplied(name, schema.needs?.(setup, found) ?? [], supplied);
    for (const field of schema.supplies?.(found) ?? []) supplied.add(field);
  }
  return Object.fromEntries(resolved);
}

async function resolveOne(
  body: CreationBody,
  schema: AnyStepSchema,
  name: string,
  sources: ConfigSources,
): Promise<Json | undefined> {
  if (schema.resolve === undefined) return undefined;
  const found = await schema.resolve(parsedSetup(body, schema, name) as never, sources);
  if ('resolved' in found) return found.resolved;
  throw refused(['setup', name, ...found.fault.path].join('.'), found.fault.message);
}

function requireSupplied(
  name: string,
  needed: readonly DestinationField[],
  supplied: ReadonlySet<DestinationField>,
): void {
  const missing = needed.find((field) => !supplied.has(field));
  if (missing === undefined) return;
  const message = 'is needed: no preset and no earlier form supplies it';
  throw refused(`setup.${name}.${missing}`, message);
}

function sourcesOf(
  { accounts, forms, nips }: Pick<ApiDependencies, 'accounts' | 'forms' | 'nips'>,
  accountUuid: string,
): ConfigSources {
  return {
    async nip(uuid) {
      const chosen = uuid ?? (await accounts.findAccount(accountUuid))?.default_nip_uuid ?? null;
      const found = chosen === null ? null : await nips.find(accountUuid, chosen);
      return found === null ? null : policyOf(found);
    },
    async accountName() {
      return (await accounts.findAccount(accountUuid))?.name ?? '';
    },
    async form(uuid) {
      const found = await forms.find(accountUuid, uuid);
      return found === null
        ? null
        : ({ name: found.name, fields: found.fields } as unknown as Json);
    },
  };
}

function policyOf({ first_verification, second_verification, code, messages }: NipFields): Json {
  const verifications = [
    first_verification,
    ...(second_verification === null ? [] : [second_verification]),
  ];
  return { verifications, code, messages } as unknown as Json;
}
