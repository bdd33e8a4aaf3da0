import { z } from 'zod';
import type { Configured } from '../../../store/configuration/configuration';
import type { RuleSetFields } from '../../../store/configuration/flow-configuration';
import { configRoutes, present, type Resource } from '../../config-resource';
import type { ApiDependencies } from '../../dependencies';
import { RULE_TEXT as T, ruleSet } from '../../openapi/forms';
import { multiLine, singleLine } from '../../fields';
import { invalidField } from '../../../application/domain-error';
import { described, UUID } from '../../openapi/described';

/** Maximum rules in a set, which is always read with its rules. */
const MAX_RULES = 100;

export const rules = described(
  z
    .array(z.uuid().toLowerCase())
    .max(MAX_RULES)
    .refine((all) => new Set(all).size === all.length, 'names a rule twice'),
  'UUIDs of knockout rules, each once, up to 100.',
  [UUID],
);

const body = z.strictObject({
  name: described(singleLine(100), T.set_name, 'Reglas de crédito'),
  description: described(multiLine(1_000).default(''), T.set_description, 'Para clientes nuevos'),
  active: described(z.boolean().default(true), `${T.set_active} By default true.`, true),
  knockout_rules: rules.default([]),
});

/** Routes for sets of rules that are evaluated together (Workflows API of REM Tools). */
export const ruleSets: Resource<RuleSetFields, z.infer<typeof body>> = {
  path: 'rule-sets',
  name: 'rule set',
  purpose: 'A set of knockout rules that a workflow names by `rule_set_uuid`.',
  store: (deps) => deps.ruleSets,
  body,
  document: ruleSet,
  templateField: 'rule_set_uuid',
  hasUniqueNames: true,
  example: { name: 'Rule Set 1', description: 'Rule Set 1 description', active: true },
  asSent: ({ name, description, active, knockout_rules }) => ({
    ...{ name, description, active, knockout_rules },
  }),
  async check(given, deps, accountUuid, { existing }) {
    const { knockout_rules: kept = [] } = existing ?? {};
    const added = given.knockout_rules.filter((uuid) => !kept.includes(uuid));
    await requireRules(added, deps, accountUuid);
    return given;
  },
  presentAll,
};

export const ruleSetRoutes = configRoutes(ruleSets);

/** @throws DomainError with the path of each uuid that is no rule of the account. */
export async function requireRules(
  uuids: readonly string[],
  deps: ApiDependencies,
  accountUuid: string,
): Promise<void> {
  const found = await deps.knockoutRules.findAll(accountUuid, uuids);
  const unknown = uuids.findIndex((uuid) => !found.has(uuid));
  if (unknown >= 0) throw invalidField(`knockout_rules.${unknown}`, 'is no knockout rule');
}

async function presentAll(all: Configured<RuleSetFields>[], deps: ApiDependencies) {
  const uuids = [...new Set(all.flatMap(({ knockout_rules }) => knockout_rules))];
  const found = await deps.knockoutRules.findAll(all[0]?.account_uuid ?? '', uuids);
  return all.map(({ name, description, active, knockout_rules }) => ({
    ...{ name, description, active },
    knockoutRules: knockout_rules.flatMap((uuid) => {
      const rule = found.get(uuid);
      return rule === undefined ? [] : [present(rule)];
    }),
  }));
}
