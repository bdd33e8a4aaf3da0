import { z } from 'zod';
import { isSupportedCountry } from 'libphonenumber-js/max';
import {
  DEFAULT_COUNTRIES,
  DEFAULT_LIMITS,
  type BudgetLimits,
} from '../../messaging/budget-limits';
import type { Account } from '../../store/accounts/accounts';
import type { ApiDependencies } from '../dependencies';
import { account, ACCOUNT_TEXT as T, budgetText } from '../openapi/account';
import { described, UUID } from '../openapi/described';
import { language, singleLine } from '../fields';
import { computeEtag, requireMatch, stale } from '../server/etag';
import type { KeyCaller } from '../server/request-context';
import { defineRoute, noFields } from '../server/route';
import { invalidField, notFound } from '../../application/domain-error';
import { timestamp } from '../../domain/run/timestamps';

/** `null`: the service's own list. */
const countries = z
  .array(
    z
      .string()
      .refine(
        (code) => isSupportedCountry(code),
        'must be a country (ISO 3166-1 alpha-2), such as MX',
      ),
  )
  .min(1)
  .max(250);
const limit = z.int().min(0).max(10_000_000).nullable().optional();
type Limit = typeof limit;
const NAMES = Object.keys(DEFAULT_LIMITS) as (keyof BudgetLimits)[];
/** Limits by name; `null` restores the service's default. */
const budgets = z.strictObject(
  Object.fromEntries(NAMES.map((name) => [name, limitOf(name)])) as Record<
    keyof BudgetLimits,
    Limit
  >,
);

function limitOf(name: keyof BudgetLimits): Limit {
  const usual = DEFAULT_LIMITS[name];
  const text = `${budgetText(name)} Up to 10,000,000; by default ${usual}, which null restores.`;
  return described(limit, text, usual);
}

const auth = { kind: 'key' as const, scopes: ['admin' as const] };

const nipUuid = z.uuid().toLowerCase().nullable().optional();

export const getAccount = defineRoute({
  ...{ method: 'get', path: '/v1/account', summary: 'Read the account', auth },
  description: 'Returns the settings of the account that the key belongs to.',
  params: noFields,
  ...{ result: account, responseHeaders: ['ETag' as const] },
  async handle({ caller, deps }) {
    return presented(await accountOf(deps, caller));
  },
});

export const changeAccount = defineRoute({
  ...{ method: 'put', path: '/v1/account', summary: 'Change the account', auth },
  description: 'Changes the settings that the body names and keeps the others.',
  params: noFields,
  body: z.strictObject({
    name: described(singleLine(100).optional(), T.name, 'Banco Ejemplo'),
    language: described(language.optional(), T.language, 'es'),
    default_nip_uuid: described(nipUuid, T.default_nip_uuid, UUID),
    default_email_nip_uuid: described(nipUuid, T.default_email_nip_uuid, UUID),
    countries: described(
      countries.nullable().optional(),
      `${T.countries} 1 to 250; null restores the service's list.`,
      ['MX', 'CO'],
    ),
    budgets: described(budgets.optional(), T.budgets, { destination_sends_day: 30 }),
  }),
  keepsNulls: true,
  ...{
    result: account,
    responseHeaders: ['ETag' as const],
    errors: ['precondition_failed' as const],
  },
  example: { name: 'Banco Ejemplo', language: 'es' },
  async handle({ body, caller, deps, request }) {
    const { account_uuid } = caller.tenant;
    const { name, language: spoken, countries: allowed } = body;
    const nips = namedNips(body);
    for (const [field, uuid] of nips) await requireNip(deps, account_uuid, field, uuid);
    const before = await accountOf(deps, caller);
    requireMatch(request, versionOf(before));
    const changes = {
      ...(name === undefined ? {} : { name }),
      ...(spoken === undefined ? {} : { language: spoken }),
      ...Object.fromEntries(nips),
      ...(allowed === undefined ? {} : { countries: allowed }),
    };
    // The cached account may be seconds old; with `If-Match` the store is read instead.
    const matters = request.get('if-match') !== undefined;
    const isDone = await deps.accounts.changeAccount(account_uuid, changes, matters ? before : {});
    if (!isDone) throw stale();
    await changeBudgets(deps, account_uuid, body.budgets ?? {});
    return presented(await accountOf(deps, caller));
  },
});

async function changeBudgets(
  { sendingRules }: ApiDependencies,
  accountUuid: string,
  given: z.infer<typeof budgets>,
): Promise<void> {
  const named = Object.entries(given).filter(
    (entry): entry is [string, number | null] => entry[1] !== undefined,
  );
  if (named.length > 0) await sendingRules.changeBudgets(accountUuid, Object.fromEntries(named));
}

interface DefaultNips {
  default_nip_uuid?: string | null | undefined;
  default_email_nip_uuid?: string | null | undefined;
}

/** Returns the default NIPs in a change; null removes one. */
function namedNips({ default_nip_uuid, default_email_nip_uuid }: DefaultNips) {
  return Object.entries({ default_nip_uuid, default_email_nip_uuid }).filter(
    (entry): entry is [string, string | null] => entry[1] !== undefined,
  );
}

async function requireNip(
  { nips }: ApiDependencies,
  accountUuid: string,
  path: string,
  uuid: string | null,
): Promise<void> {
  if (uuid === null || (await nips.find(accountUuid, uuid)) !== null) return;
  throw invalidField(path, 'is no NIP of this account');
}

async function accountOf({ accounts }: ApiDependencies, { tenant }: KeyCaller): Promise<Account> {
  const found = await accounts.findAccount(tenant.account_uuid);
  if (found === null) throw notFound('account');
  return found;
}

function presented(found: Account) {
  return { result: present(found), headers: { ETag: versionOf(found) } };
}

function versionOf(found: Account): string {
  return computeEtag(found.uuid, JSON.stringify(present(found)));
}

function present({ created_at, ...rest }: Account) {
  const { countries: allowed, budgets: own, ...fields } = rest;
  return {
    ...fields,
    countries: allowed ?? [...DEFAULT_COUNTRIES],
    budgets: { ...DEFAULT_LIMITS, ...own },
    created_at: timestamp(created_at.getTime()),
  };
}
