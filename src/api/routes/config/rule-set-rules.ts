import { z } from 'zod';
import type { Configured } from '../../../store/configuration/configuration';
import type { RuleSetFields } from '../../../store/configuration/flow-configuration';
import { find, presented, requireCurrent } from '../../config-resource';
import type { ApiDependencies } from '../../dependencies';
import { ruleSet } from '../../openapi/forms';
import { uuidOf } from '../../fields';
import { stale } from '../../server/etag';
import { parse } from '../../../application/parse';
import type { KeyCaller, RequestContext } from '../../server/request-context';
import { defineRoute, type Route } from '../../server/route';
import { requireRules, rules, ruleSets } from './rule-sets';

const body = z.strictObject({ knockout_rules: rules.min(1) });
type Sent = z.infer<typeof body>;
type Change = RequestContext<{ uuid: string }, unknown, Sent, KeyCaller>;

/** Attempts to change a set that others change concurrently; each attempt starts from the latest state. */
const TRIES = 5;

const common = {
  path: '/v1/rule-sets/:uuid/knockout-rules',
  auth: { kind: 'key' as const, scopes: ['config:write' as const] },
  ...{ params: uuidOf('rule set'), body, result: ruleSet, responseHeaders: ['ETag' as const] },
  errors: ['precondition_failed' as const],
  example: { knockout_rules: ['0a4b5cc1-9a35-4d3f-8f5e-2f6f2b6c7d10'] },
};

/** Adds rules to a set, after those that it has. */
const addRules = defineRoute({
  ...common,
  method: 'post',
  summary: 'Add knockout rules to a rule set',
  description:
    'Adds the rules after those that the set has. Rules that it has already stay where they are.',
  idempotent: true,
  handle: (context) => change(context, (present, sent) => [...new Set([...present, ...sent])]),
});

/** Removes rules from a set without changing them. */
const removeRules = defineRoute({
  ...common,
  method: 'delete',
  summary: 'Remove knockout rules from a rule set',
  description:
    'Removes the rules from the set without changing them. Rules that it lacks are ignored.',
  handle: (context) =>
    change(context, (present, sent) => present.filter((uuid) => !sent.includes(uuid))),
});

export const ruleSetRuleRoutes: readonly Route[] = [addRules, removeRules];

type Rules = readonly string[];

async function change(
  { params, body: sent, caller, deps, request }: Change,
  changed: (present: Rules, sent: Rules) => string[],
) {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const set = await find(ruleSets, deps, caller, params.uuid);
    requireCurrent(request, set);
    await requireRules(sent.knockout_rules, deps, set.account_uuid);
    const present = await livingRules(set, deps);
    const knockout_rules = changed(present, sent.knockout_rules);
    const fields = { ...set, knockout_rules: parse(rules, knockout_rules, ['knockout_rules']) };
    if (await deps.ruleSets.replace(set, ruleSets.asSent(fields))) {
      return presented(ruleSets, await find(ruleSets, deps, caller, params.uuid), deps);
    }
  }
  throw stale();
}

/** Returns the rules that are not archived. */
async function livingRules(
  set: Configured<RuleSetFields>,
  { knockoutRules }: Pick<ApiDependencies, 'knockoutRules'>,
): Promise<Rules> {
  const living = await knockoutRules.findAll(set.account_uuid, set.knockout_rules);
  return set.knockout_rules.filter((uuid) => living.has(uuid));
}
