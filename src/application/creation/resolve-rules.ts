/** The skip and knockout rules of a creation, as they are now: a run keeps what it was created with. */
import type { KnockoutRule } from '../../store/runs/sealed-content';
import { invalidField } from '../domain-error';
import type { Ports } from '../ports';
import { requireExpression } from '../require-expression';
import type { CreationBody } from './creation-body';

type Rules = Pick<CreationBody, 'skip_steps' | 'rule_set_uuid' | 'steps'>;

/** Checks the skip rules. @throws DomainError `invalid_expression` with the place of the first one that doesn't parse. */
export function requireSkips({ skip_steps = {} }: Pick<Rules, 'skip_steps'>): void {
  for (const [name, text] of Object.entries(skip_steps)) {
    requireExpression(text, `skip_steps.${name}`);
  }
}

/**
 * Finds the active rules of the rule set that concern the steps, in its order; none where the set isn't active.
 * @throws DomainError `validation_failed` where there is no such set.
 */
export async function resolveRules(
  { ruleSets, knockoutRules }: Pick<Ports, 'ruleSets' | 'knockoutRules'>,
  accountUuid: string,
  { rule_set_uuid, steps }: Rules,
): Promise<KnockoutRule[]> {
  if (rule_set_uuid === undefined) return [];
  const set = await ruleSets.find(accountUuid, rule_set_uuid);
  if (set === null) throw invalidField('rule_set_uuid', 'is no rule set');
  if (!set.active) return [];
  const found = await knockoutRules.findAll(accountUuid, set.knockout_rules);
  return set.knockout_rules.flatMap((uuid) => {
    const rule = found.get(uuid);
    if (rule?.active !== true || !steps.some(({ step }) => step === rule.step)) return [];
    const { name, template, step } = rule;
    return [{ uuid, name, template, step }];
  });
}
