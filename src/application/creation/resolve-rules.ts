/** Resolves the skip and knockout rules of a creation. A run stores their state at its creation. */
import type { Json } from '../../domain/run/events';
import { ownValue } from '../../domain/run/own-value';
import type { KnockoutRule } from '../../store/runs/sealed-content';
import { invalidField } from '../domain-error';
import { ruleScope, skipScope, type NamedStep } from '../expression-scope';
import type { Ports } from '../ports';
import { requireExpression } from '../require-expression';
import type { CreationBody } from './creation-body';

type Rules = Pick<CreationBody, 'skip_steps' | 'rule_set_uuid' | 'steps'>;

/**
 * Checks the skip expressions of a creation. `resolved`: the configuration that its setups refer to; absent if not
 * known yet.
 * @throws DomainError `invalid_expression` with the path of the first invalid expression, `validation_failed` for one
 * that refers to no step of the run.
 */
export function requireSkips(
  { skip_steps = {}, steps }: Pick<Rules, 'skip_steps' | 'steps'>,
  resolved?: Readonly<Record<string, Json>>,
): void {
  const entries = Object.entries(skip_steps);
  for (const [name, text] of entries) requireExpression(text, `skip_steps.${name}`);
  const named = namedSteps(steps, resolved);
  for (const [name, text] of entries) {
    const path = `skip_steps.${name}`;
    const index = named.findIndex((step) => step.name === name);
    if (index < 0) throw invalidField(path, `is no step of this workflow: ${namesOf(named)}`);
    requireExpression(text, path, skipScope(named, index));
  }
}

function namedSteps(steps: Rules['steps'], resolved?: Readonly<Record<string, Json>>): NamedStep[] {
  return steps.map(({ step, custom_id }) => {
    const name = custom_id ?? step;
    return { name, key: step, resolved: resolved && ownValue(resolved, name, null) };
  });
}

function namesOf(steps: readonly NamedStep[]): string {
  return steps.map(({ name }) => name).join(', ');
}

/**
 * Returns the active rules of the rule set for these steps, in order; none if the set is inactive.
 * @throws DomainError `validation_failed` if there is no such set, `invalid_expression` if a rule can't be evaluated on
 * these steps.
 */
export async function resolveRules(
  { ruleSets, knockoutRules }: Pick<Ports, 'ruleSets' | 'knockoutRules'>,
  accountUuid: string,
  { rule_set_uuid, steps }: Rules,
  resolved: Readonly<Record<string, Json>>,
): Promise<KnockoutRule[]> {
  if (rule_set_uuid === undefined) return [];
  const set = await ruleSets.find(accountUuid, rule_set_uuid);
  if (set === null) throw invalidField('rule_set_uuid', 'is no rule set');
  if (!set.active) return [];
  const found = await knockoutRules.findAll(accountUuid, set.knockout_rules);
  const rules = set.knockout_rules.flatMap((uuid) => {
    const rule = found.get(uuid);
    if (rule?.active !== true || !steps.some(({ step }) => step === rule.step)) return [];
    const { name, template, step } = rule;
    return [{ uuid, name, template, step }];
  });
  const named = namedSteps(steps, resolved);
  for (const { uuid, name, template, step } of rules) {
    const index = named.findLastIndex(({ key }) => key === step);
    const what = `knockout rule ${name} (${uuid}), `;
    requireExpression(template, 'rule_set_uuid', ruleScope(named, index), what);
  }
  return rules;
}
