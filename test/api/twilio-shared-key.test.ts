/** Tests callbacks that Twilio signs under a webhook rule: with a shared key and the algorithm that a header names. */
import { randomUUID } from 'node:crypto';
import { TestApi } from '../support/api';
import { ACCOUNT_SID, AUTH_TOKEN, tell, type SharedKey } from '../support/loopback-twilio';

const PUBLIC_URL = 'https://verify.example';
const KEY = 'sk_Zx81kQm2Pw7aLr90VtBn55';
const SID = `SM${'1'.repeat(32)}`;

interface ConnectorJson {
  uuid: string;
  credentials: Record<string, string | null>;
}

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const create = async (more: object = {}) => {
  const credentials = { account_sid: ACCOUNT_SID, auth_token: AUTH_TOKEN, ...more };
  const body = { name: 'T', kind: 'twilio', sender: { sms: '+15005550006' }, credentials };
  return (await api.call<ConnectorJson>('/v1/connectors', { body })).body.result;
};

/** Posts a receipt for a message that was sent through the connector. */
async function receipt(connector_uuid: string, signing: string | SharedKey, fragment = '') {
  const [step_uuid, run_uuid] = [randomUUID(), randomUUID()];
  const key = `${step_uuid}-1-1`;
  const { account_uuid } = api.client;
  const send = { run_uuid, account_uuid, mode: 'live', channel: 'sms', connector_uuid } as const;
  await api.deps.sends.claim(key, send);
  const place = `/callbacks/twilio/${connector_uuid}?key=${key}${fragment}`;
  const form = { MessageSid: SID, AccountSid: ACCOUNT_SID, MessageStatus: 'delivered' };
  const status = await tell(
    `http://127.0.0.1:${api.port}${place}`,
    form,
    signing,
    `${PUBLIC_URL}${place}`,
  );
  return [status, api.gateway.reports.filter((each) => each.run_uuid === run_uuid).length];
}

const sha256 = (more: Partial<SharedKey> = {}): SharedKey => ({
  ...{ key: KEY, hash: 'sha256', settings: 'key=WK0123,algorithm=HMAC_SHA256' },
  ...more,
});

test.each<[string, SharedKey, number]>([
  ['SHA-256 with the shared key', sha256(), 204],
  ['a header without the name of its key', sha256({ settings: 'key=,algorithm=HMAC_SHA256' }), 204],
  ['a header in another order', sha256({ settings: 'algorithm=HMAC_SHA256, key=WK1' }), 204],
  [
    'SHA-1 with the shared key',
    sha256({ hash: 'sha1', settings: 'key=WK1,algorithm=HMAC_SHA1' }),
    204,
  ],
  ['another shared key', sha256({ key: 'x'.repeat(32) }), 403],
  ['the auth token instead of the shared key', sha256({ key: AUTH_TOKEN }), 403],
  ['SHA-1 when SHA-256 is named', sha256({ hash: 'sha1' }), 403],
  ['an unknown algorithm', sha256({ settings: 'key=WK1,algorithm=HMAC_MD5' }), 403],
  ['no algorithm', sha256({ settings: 'key=WK1' }), 403],
  ['an empty header', sha256({ settings: '' }), 403],
])('a callback with %s is accepted or refused', async (_what, signing, expected) => {
  const { uuid } = await create({ shared_key: KEY });
  expect(await receipt(uuid, signing)).toEqual([expected, expected === 204 ? 1 : 0]);
});

test('the fragment of the URL is not signed, with either kind of key', async () => {
  const { uuid } = await create({ shared_key: KEY });
  const fragment = '#rc=2&rp=5xx,ct';
  expect(await receipt(uuid, sha256(), fragment)).toEqual([204, 1]);
  expect(await receipt(uuid, AUTH_TOKEN, fragment)).toEqual([204, 1]);
});

test('a callback without a webhook rule is signed with the auth token, even when a shared key exists', async () => {
  expect(await receipt((await create({ shared_key: KEY })).uuid, AUTH_TOKEN)).toEqual([204, 1]);
  const { uuid } = await create();
  expect(await receipt(uuid, AUTH_TOKEN)).toEqual([204, 1]);
  expect(await receipt(uuid, sha256())).toEqual([403, 0]);
  expect(await receipt(uuid, sha256({ key: AUTH_TOKEN }))).toEqual([403, 0]);
  expect(await receipt(uuid, sha256({ key: 'null' }))).toEqual([403, 0]);
});

test('the shared key is returned masked, stored encrypted and validated', async () => {
  const made = await create({ shared_key: KEY });
  expect(made.credentials).toMatchObject({ auth_token: '********', shared_key: '********' });
  expect((await create()).credentials).toMatchObject({ shared_key: null });
  const stored = JSON.stringify(await api.documents('connectors')) + api.logs;
  expect(stored.includes(KEY)).toBe(false);
  const credentials = { account_sid: ACCOUNT_SID, auth_token: AUTH_TOKEN, shared_key: 'short' };
  const body = { name: 'T', kind: 'twilio', sender: { sms: '+15005550006' }, credentials };
  const refused = await api.call('/v1/connectors', { body });
  expect(refused.body.error.details.map(({ path }) => path)).toEqual(['credentials.shared_key']);
});
