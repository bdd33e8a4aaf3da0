/** API keys over REST: shown once, never beyond the caller's own, revoked at once. */
import { randomUUID } from 'node:crypto';
import { TestApi, type Call } from '../support/api';

interface KeyJson extends Record<string, unknown> {
  uuid: string;
  id: string;
  key: string;
}

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const ALL = ['runs:read', 'runs:write', 'config:read', 'config:write', 'staff', 'admin'] as const;
const create = (body: object, call: Call = {}) =>
  api.call<KeyJson>('/v1/api-keys', { ...call, body });
const made = async (body: object, call: Call = {}) => {
  const answer = await create({ name: 'Backend', scopes: ['runs:read'], ...body }, call);
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body.result;
};
const revoke = (uuid: string, call: Call = {}) =>
  api.call<KeyJson>(`/v1/api-keys/${uuid}`, { ...call, method: 'DELETE' });
const listed = async (bearer?: string) => {
  const { body } = await api.call<{ data: KeyJson[] }>('/v1/api-keys?per_page=100', { bearer });
  return body.result.data;
};

test('a key can call only the routes of its scopes, in its mode', async () => {
  const key = await made({ mode: 'test', scopes: ['runs:read', 'config:read'] });
  expect(key).toMatchObject({
    name: 'Backend',
    mode: 'test',
    scopes: ['runs:read', 'config:read'],
  });
  expect(key.key).toMatch(/^test_[A-Za-z0-9]{12}\|[A-Za-z0-9]{43}$/);
  const get = (path: string) => api.call(path, { bearer: key.key });
  expect((await get('/v1/workflows')).status).toBe(200);
  expect((await get('/v1/api-keys')).body.error.code).toBe('forbidden');
  const live = await api.createRun();
  expect((await get(`/v1/workflows/${live.uuid}`)).status).toBe(404);
});

test('the secret is returned once and is not in lists, reads, repeated responses, the store or the log', async () => {
  const body = { name: 'Once', scopes: ['runs:read'] };
  const first = await create(body, { idempotencyKey: 'key-once' });
  const { key, uuid, ...shown } = first.body.result;
  const again = await create(body, { idempotencyKey: 'key-once' });
  expect([again.status, again.body.error.code]).toEqual([409, 'already_created']);
  expect(again.body.error.details).toEqual([{ path: 'uuid', message: uuid }]);
  const other = await create({ ...body, name: 'Other' }, { idempotencyKey: 'key-once' });
  expect([other.status, other.body.error.code]).toEqual([422, 'idempotency_mismatch']);
  const read = await api.call<KeyJson>(`/v1/api-keys/${uuid}`);
  expect(read.body.result).toEqual({ uuid, ...shown });
  const all = await listed();
  expect(all.filter((each) => each['name'] === 'Once')).toEqual([{ uuid, ...shown }]);
  const [, secret = ''] = key.split('|');
  const stored = [...(await api.documents('api_keys')), ...(await api.documents('idempotency'))];
  for (const text of [read.text, JSON.stringify(all), JSON.stringify(stored), api.logs]) {
    expect(text.includes(secret)).toBe(false);
  }
});

test('a creation whose process died before its response is not repeated', async () => {
  const uuid = randomUUID();
  const { apiKeys } = api.deps;
  const account_uuid = api.client.account_uuid;
  const key = { account_uuid, uuid, name: 'Died', mode: 'live' as const, scopes: [] };
  await apiKeys.create(key);
  await expect(apiKeys.create(key)).rejects.toThrow();
  expect((await listed()).filter((each) => each.uuid === uuid)).toHaveLength(1);
});

test('a key cannot grant scopes that it lacks, and a test key cannot create a live key', async () => {
  const limited = await made({ mode: 'test', scopes: ['admin', 'runs:read'] });
  const ask = (body: object) => create({ name: 'More', ...body }, { bearer: limited.key });
  const more = await ask({ scopes: ['runs:read', 'staff', 'config:write'] });
  expect([more.status, more.body.error.code]).toEqual([403, 'forbidden']);
  expect(more.body.error.details.map(({ path }) => path)).toEqual(['scopes.1', 'scopes.2']);
  const live = await ask({ scopes: ['runs:read'], mode: 'live' });
  expect([live.status, live.body.error.code]).toEqual([403, 'forbidden']);
  expect(live.body.error.details.map(({ path }) => path)).toEqual(['mode']);
  const same = await ask({ scopes: ['runs:read', 'admin'] });
  expect([same.status, same.body.result['mode']]).toEqual([201, 'test']);
});

test('a test key can neither list nor revoke live keys', async () => {
  const bearer = (await made({ mode: 'test', scopes: ['admin'] })).key;
  const live = await made({ mode: 'live' });
  expect((await listed(bearer)).map(({ mode }) => mode)).not.toContain('live');
  expect((await listed()).map(({ uuid }) => uuid)).toContain(live.uuid);
  expect((await api.call(`/v1/api-keys/${live.uuid}`, { bearer })).status).toBe(404);
  expect((await revoke(live.uuid, { bearer })).status).toBe(404);
  expect((await api.call('/v1/workflows', { bearer: live.key })).status).toBe(200);
});

test('a revoked key fails immediately, even while it is in use', async () => {
  const { uuid, key } = await made({});
  const ask = async () => (await api.call('/v1/workflows', { bearer: key })).status;
  expect(await ask()).toBe(200);
  const asking = Array.from({ length: 5 }, ask);
  const { status, body } = await revoke(uuid);
  expect([status, body.result.uuid, body.result.key]).toEqual([200, uuid, undefined]);
  await Promise.all(asking);
  expect(await ask()).toBe(401);
  expect((await revoke(uuid)).status).toBe(404);
  expect((await api.call(`/v1/api-keys/${uuid}`)).status).toBe(404);
});

test("another account's key returns 404", async () => {
  const { uuid, key } = await made({});
  const { key: bearer } = await api.addClient();
  expect((await revoke(uuid, { bearer })).status).toBe(404);
  expect((await api.call(`/v1/api-keys/${uuid}`, { bearer })).status).toBe(404);
  expect((await listed(bearer)).map((each) => each.uuid)).not.toContain(uuid);
  expect((await api.call('/v1/workflows', { bearer: key })).status).toBe(200);
});

test('DELETE of a key with a stale If-Match returns 412, and PUT returns 405', async () => {
  const { uuid } = await made({});
  const stale = await revoke(uuid, { headers: { 'if-match': '"stale"' } });
  expect([stale.status, stale.body.error.code]).toEqual([412, 'precondition_failed']);
  const { headers } = await api.call(`/v1/api-keys/${uuid}`);
  const change = await api.call(`/v1/api-keys/${uuid}`, { method: 'PUT', body: { name: 'B' } });
  expect([change.status, change.body.error.code]).toEqual([405, 'method_not_allowed']);
  const known = { headers: { 'if-match': headers.get('etag') ?? '' } };
  expect((await revoke(uuid, known)).status).toBe(200);
});

test.each([
  ['no name', { scopes: ['staff'] }, ['name']],
  ['no scopes', { name: 'K' }, ['scopes']],
  ['an empty list of scopes', { name: 'K', scopes: [] }, ['scopes']],
  ['a scope twice', { name: 'K', scopes: ['staff', 'staff'] }, ['scopes']],
  ['an unknown scope', { name: 'K', scopes: ['root'] }, ['scopes.0']],
  ['an unknown mode', { name: 'K', scopes: ['staff'], mode: 'both' }, ['mode']],
  ['a given secret', { name: 'K', scopes: ['staff'], key: 'a|b' }, ['key']],
])('POST /v1/api-keys is refused with %s', async (_what, body, paths) => {
  const answer = await create(body);
  expect([answer.status, answer.body.error.details.map(({ path }) => path)]).toEqual([400, paths]);
});

test('a key with all scopes can grant all scopes', async () => {
  expect((await made({ scopes: ALL }))['scopes']).toEqual(ALL);
});
