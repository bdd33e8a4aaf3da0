/** The skip and knockout rules of a creation, as they are now: a run keeps what it was created with. */
import type { KnockoutRule } from '../../store/runs/sealed-content';
import type { ApiDependencies } from '../dependencies';
import { requireExpression } from '../expressions';
import { refused, type CreationBody } from './new-run';

type Rules = Pick<CreationBody, 'skip_steps' | 'rule_set_uuid' | 'steps'>;

/** @throws ApiError `invalid_expression` with the place of the first one that doesn't parse. */
export function requireSkips({ skip_steps = {} }: Pick<Rules, 'skip_steps'>): void {
  for (const [name, text] of Object.entries(skip_steps)) {
    requireExpression(text, `skip_steps.${name}`);
  }
}

/**
 * The active rules of the rule set that concern the steps, in its order; none where the set isn't active.
 * @throws ApiError `validation_failed` where there is no such set.
 */
export async function resolveRules(
  { ruleSets, knockoutRules }: Pick<ApiDependencies, 'ruleSets' | 'knockoutRules'>,
  accountUuid: string,
  { rule_set_uuid, steps }: Rules,
): Promise<KnockoutRule[]> {
  if (rule_set_uuid === undefined) return [];
  const set = await ruleSets.find(accountUuid, rule_set_uuid);
  if (set === null) throw refused('rule_set_uuid', 'is no rule set');
  if (!set.active) return [];
  const found = await knockoutRules.findAll(accountUuid, set.knockout_rules);
  return set.knockout_rules.flatMap((uuid) => {
    const rule = found.get(uuid);
    if (rule?.active !== true || !steps.some(({ step }) => step === rule.step)) return [];
    const { name, template, step } = rule;
    return [{ uuid, name, template, step }];
  });
}
