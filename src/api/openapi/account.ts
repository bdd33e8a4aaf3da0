/** Schemas of the account, its API keys and its people in the API document. */
import { z } from 'zod';
import { DEFAULT_LIMITS, type BudgetLimits } from '../../messaging/budget-limits';
import { ownValue } from '../../domain/run/own-value';
import { SCOPES } from '../../store/accounts/api-keys';
import { channelName, described, integer, text, time, uuid, uuidOrNull } from './described';

/** Descriptions of fields that requests and responses share. */
export const ACCOUNT_TEXT = {
  name: 'Name of the account, shown to people in messages and on pages; up to 100 characters.',
  language: 'Language (ISO 639-1) of workflows whose creation names none: `es`, `en` or `pt`.',
  default_nip_uuid: 'UUID of the NIP of steps whose setup names none; null: each must name one.',
  default_email_nip_uuid:
    'UUID of the NIP of steps that verify an email and name none in their setup; null: that of `default_nip_uuid`.',
  countries:
    'Countries (ISO 3166-1 alpha-2) whose phones may get codes; phones of others get none.',
  budgets: 'Limits of sending and guessing, shared by all workflows of the account.',
} as const;

/** Descriptions of the budgets, each with its unit. */
const BUDGET_TEXT: Record<keyof BudgetLimits, string> = {
  destination_sends_10_min: 'Number of sends to one phone or email within 10 minutes.',
  destination_sends_day: 'Number of sends to one phone or email in a day (UTC).',
  destination_guesses_10_min: 'Number of wrong codes for one phone or email within 10 minutes.',
  destination_guesses_day: 'Number of wrong codes for one phone or email in a day (UTC).',
  ip_sends_10_min:
    'Number of resends asked for from one IP address (IPv6: its /64) within 10 minutes.',
  ip_guesses_10_min: 'Number of codes typed from one IP address (IPv6: its /64) within 10 minutes.',
  account_sends_day: 'Number of sends of the whole account in a day (UTC).',
  prefix_sends:
    'Number of sends to one phone prefix (a number without its last four digits) within an hour, after which `prefix_verified_percent` is checked.',
  prefix_verified_percent:
    'Percent of those sends whose code was typed right. Below it the prefix gets no codes for 12 hours.',
};

/** Returns the description of a budget. */
export function budgetText(name: string): string {
  return ownValue(BUDGET_TEXT, name) ?? '';
}

const T = ACCOUNT_TEXT;
const limits = Object.fromEntries(
  Object.entries(DEFAULT_LIMITS).map(([name, limit]: [string, number]) => [
    name,
    integer(budgetText(name), limit),
  ]),
);

export const account = described(
  z.strictObject({
    uuid: uuid('UUID of the account.'),
    name: text(T.name, 'Banco Ejemplo'),
    language: text(T.language, 'es'),
    default_nip_uuid: uuidOrNull(T.default_nip_uuid),
    default_email_nip_uuid: uuidOrNull(T.default_email_nip_uuid, null),
    countries: described(z.array(z.string()), T.countries, ['MX', 'CO']),
    budgets: described(z.strictObject(limits), T.budgets),
    paused_channels: described(
      z.array(channelName),
      'Channels on which the account sends nothing now.',
      [],
    ),
    created_at: time('Time of the creation.'),
  }),
  'The account, which owns all that its keys create.',
).meta({ id: 'Account' });

/** Descriptions of fields of keys that requests and responses share. */
export const API_KEY_TEXT = {
  name: 'Name of what uses the key, for your staff; up to 100 characters.',
  scopes:
    'What the key may do: `runs:read`, `runs:write` (create, submit, mint tokens, cancel), `config:read`, `config:write`, `staff` (reviews and actions), `admin` (account and keys).',
} as const;

const apiKeyFields = {
  uuid: uuid('UUID of the key, for calls about it.'),
  id: text('Public part of the key, before the `|`; not secret.', 'test_Zx81kQm2Pw7a'),
  name: text(API_KEY_TEXT.name, 'Backend'),
  mode: described(
    z.enum(['live', 'test']),
    'Mode of the workflows that it creates and sees.',
    'test',
  ),
  scopes: described(z.array(z.enum(SCOPES)), API_KEY_TEXT.scopes, ['runs:read', 'runs:write']),
  created_at: time('Time of the creation.'),
  updated_at: time('The same as `created_at`: a key is never changed.'),
};

export const apiKey = described(
  z.strictObject(apiKeyFields),
  'An API key, without its secret.',
).meta({ id: 'ApiKey' });

export const newApiKey = described(
  z.strictObject({
    ...apiKeyFields,
    key: text('The whole key, `<id>|<secret>`, sent as bearer. Shown once.', 'test_Zx81kQm2Pw7a|…'),
  }),
  'A new API key, with its secret.',
).meta({ id: 'NewApiKey' });

const face = z.strictObject({
  media_uuid: uuid('UUID of the picture, for `GET /v1/media/{uuid}`.'),
  workflow_uuid: uuid('UUID of the workflow in which it was enrolled.'),
  step_uuid: uuid('UUID of the step in which it was enrolled.'),
  enrolled_at: time('Time when the reviewer approved it.'),
});

export const person = described(
  z.strictObject({
    uuid: uuid('UUID that you gave to the person.'),
    enrolled_face: described(face.nullable(), 'The face that was enrolled last; null without one.'),
    last_workflow_uuid: uuid("UUID of the person's latest workflow."),
    last_workflow_at: time("Time when the person's latest workflow was created."),
  }),
  'What is kept of a person across workflows.',
).meta({ id: 'Person' });
