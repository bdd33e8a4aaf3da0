/** The account's API keys. Secrets are shown once, at creation. */
import { z } from 'zod';
import { createKey } from '../../application/keys/create-key';
import { findKey, visibleModes } from '../../application/keys/find-key';
import { revokeKey } from '../../application/keys/revoke-key';
import { timestamp } from '../../domain/run/timestamps';
import { SCOPES, type ApiKey } from '../../store/accounts/api-keys';
import { apiKey, API_KEY_TEXT, newApiKey } from '../openapi/account';
import { described } from '../openapi/described';
import { pageSchema } from '../openapi/page-schema';
import { paging, singleLine, uuidOf } from '../fields';
import { computeEtag, requireMatch } from '../server/etag';
import { defineRoute, noFields } from '../server/route';
import { pageOf } from '../pagination';

const path = '/v1/api-keys';
const auth = { kind: 'key' as const, scopes: ['admin' as const] };

export const listApiKeys = defineRoute({
  ...{ method: 'get', path, auth },
  summary: 'List API keys, newest first',
  description:
    'Lists the keys of the account without their secrets. A test key sees test keys only.',
  params: noFields,
  query: paging(20),
  result: pageSchema(apiKey),
  async handle({ query, caller, deps }) {
    const keys = await deps.apiKeys.list(caller.tenant.account_uuid, {
      modes: visibleModes(caller.key),
      skip: (query.page - 1) * query.per_page,
      limit: query.per_page + 1,
    });
    return { result: pageOf(keys.map(present), query, new URL(path, deps.config.PUBLIC_URL)) };
  },
});

export const createApiKey = defineRoute({
  ...{ method: 'post', path, auth, idempotent: true },
  summary: 'Create an API key',
  description:
    'Creates a key within the mode and scopes of the key that asks. Its secret is shown once.',
  params: noFields,
  body: z.strictObject({
    name: described(singleLine(100), API_KEY_TEXT.name, 'Backend'),
    mode: described(
      z.enum(['live', 'test']).optional(),
      "Mode of the workflows that it creates and sees; by default the mode of the caller's key. A test key creates test keys only.",
      'test',
    ),
    scopes: described(
      z
        .array(z.enum(SCOPES))
        .min(1)
        .refine((all) => new Set(all).size === all.length, 'names a scope twice'),
      `${API_KEY_TEXT.scopes} No scope that the caller's key lacks.`,
      ['runs:read', 'runs:write'],
    ),
  }),
  result: newApiKey,
  ...{ status: 201, responseHeaders: ['ETag'], errors: ['already_created'] },
  example: { name: 'Backend', mode: 'test', scopes: ['runs:read', 'runs:write'] },
  async handle({ body, caller, deps, reservation }) {
    const { mode = caller.key.mode, name, scopes } = body;
    const made = await createKey(deps, caller.key, { name, mode, scopes }, reservation);
    return {
      ...{ status: 201, secret: true, headers: { ETag: tagOf(made.key) } },
      result: { ...present(made.key), key: made.text },
    };
  },
});

export const getApiKey = defineRoute({
  ...{ method: 'get', path: `${path}/:uuid`, auth, params: uuidOf('API key') },
  summary: 'Read an API key',
  description: 'Returns the key without its secret. A test key sees test keys only.',
  ...{ result: apiKey, responseHeaders: ['ETag'] },
  async handle({ params, caller, deps }) {
    const key = await findKey(deps, caller.key, params.uuid);
    return { result: present(key), headers: { ETag: tagOf(key) } };
  },
});

export const revokeApiKey = defineRoute({
  ...{ method: 'delete', path: `${path}/:uuid`, auth, params: uuidOf('API key') },
  summary: 'Revoke an API key',
  description:
    'Ends the key for good: it gets 401 at once, and within 10 seconds from other API processes.',
  ...{ result: apiKey, errors: ['precondition_failed'] },
  async handle({ params, caller, deps, request }) {
    const key = await findKey(deps, caller.key, params.uuid);
    requireMatch(request, tagOf(key));
    await revokeKey(deps, key);
    return { result: present(key) };
  },
});

function tagOf({ uuid, created_at }: ApiKey): string {
  return computeEtag(uuid, created_at.getTime());
}

function present({ uuid, id, name, mode, scopes, created_at }: ApiKey) {
  const at = timestamp(created_at.getTime());
  return {
    uuid,
    id,
    name,
    mode,
    scopes,
    created_at: at,
    updated_at: at,
  };
}
