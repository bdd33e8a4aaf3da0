import { z } from 'zod';
import type { Configured } from '../../../store/configuration/configuration';
import type { RuleSetFields } from '../../../store/configuration/flow-configuration';
import { configRoutes, present, type Resource } from '../../config-resource';
import type { ApiDependencies } from '../../dependencies';
import { ruleSet } from '../../openapi/flow-configuration';
import { multiLine, singleLine } from '../../fields';
import { invalidField } from '../../../application/domain-error';

/** Maximum rules in a set, which is always read with its rules. */
const MAX_RULES = 100;

export const rules = z
  .array(z.uuid().toLowerCase())
  .max(MAX_RULES)
  .refine((all) => new Set(all).size === all.length, 'names a rule twice');

const body = z.strictObject({
  name: singleLine(100),
  description: multiLine(1_000).default(''),
  active: z.boolean().default(true),
  knockout_rules: rules.default([]),
});

/** Routes for sets of rules that are evaluated together (Workflows API of REM Tools). */
export const ruleSets: Resource<RuleSetFields, z.infer<typeof body>> = {
  path: 'rule-sets',
  name: 'rule set',
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
