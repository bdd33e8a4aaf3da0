import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { parseKeyring } from '../../src/platform/crypto/keyring';
import { AccountStore } from '../../src/store/accounts/accounts';
import { ApiKeyStore, splitSecret, type Scope } from '../../src/store/accounts/api-keys';
import { WebhookSecrets } from '../../src/store/webhooks/webhook-secrets';
import { testKeys } from '../support/keys';
import { dropStore, openStore } from '../support/store';

const SECRET = 'whsec_bm90IGEgc2VjcmV0';

describe('accounts and their keys', () => {
  let connection: Connection;
  beforeAll(async () => {
    connection = await openStore();
    await keys().createIndexes();
  });
  afterAll(() => dropStore(connection));
  afterEach(() => jest.restoreAllMocks());

  /** A store with an empty cache, like that of another process. */
  const fresh = (ring = testKeys.ENCRYPTION_KEYS) => new AccountStore(connection, ring);
  const keys = () => new ApiKeyStore(connection);
  const secrets = (ring = testKeys.ENCRYPTION_KEYS) => new WebhookSecrets(connection, ring);
  const newKey = (account_uuid: string = randomUUID()) =>
    keys().create({
      ...{ account_uuid, name: 'backend', mode: 'test' },
      scopes: ['runs:read'] as Scope[],
    });
  const newAccount = (uuid: string = randomUUID(), name = 'Banco Uno') =>
    fresh().ensureAccount({ uuid, name, language: 'es', webhook_secret: SECRET });
  const raw = async (collection: string) => {
    const documents = await connection.collection(collection).find().toArray();
    return JSON.stringify(documents) + documents.map((each) => inLatin(each)).join('');
  };

  it('authenticate only the complete text of a key', async () => {
    const { key, text } = await newKey();
    expect(await keys().authenticate(text)).toEqual(key);
    const [id, secret] = splitSecret(text);
    const { text: other } = await newKey();
    const [otherId, otherSecret] = splitSecret(other);
    const wrong = [
      ...['', '|', id, `${id}|`, `|${secret}`, `${id}|${otherSecret}`, `${otherId}|${secret}`],
      ...[
        `${text}x`,
        text.slice(0, -1),
        `x${text}`,
        `${id}|${secret}|`,
        secret,
        `nobody|${secret}`,
      ],
    ];
    for (const each of wrong) expect([each, await keys().authenticate(each)]).toEqual([each, null]);
  });

  it('do not authenticate a wrong secret after the right one was used', async () => {
    const store = keys();
    const { text } = await newKey();
    expect(await store.authenticate(text)).not.toBeNull();
    expect(await store.authenticate(`${splitSecret(text)[0]}|wrong`)).toBeNull();
    expect(await store.authenticate(text)).not.toBeNull();
  });

  it('store a digest of the secret and never the secret', async () => {
    const { key, text } = await newKey();
    const [, secret] = splitSecret(text);
    const stored = await raw('api_keys');
    expect(stored).toContain(key.id);
    expect(stored).not.toContain(secret);
    expect(JSON.stringify([key, await keys().list(key.account_uuid)])).not.toContain('digest');
  });

  it('have the mode of a key in its text', async () => {
    expect((await newKey()).text).toMatch(/^test_[A-Za-z0-9]{12}\|[A-Za-z0-9]{43}$/);
  });

  it('reject a revoked key within ten seconds, even while it is in use', async () => {
    const store = keys();
    const { key, text } = await newKey();
    expect(await store.authenticate(text)).not.toBeNull();
    expect(await keys().delete(randomUUID(), key.uuid)).toBe(false);
    expect(await keys().delete(key.account_uuid, key.uuid)).toBe(true);
    expect(await keys().delete(key.account_uuid, key.uuid)).toBe(false);
    expect(await keys().authenticate(text)).toBeNull();
    const now = performance.now.bind(performance);
    for (const after of [6_000, 12_000]) {
      jest.spyOn(performance, 'now').mockImplementation(() => now() + after);
      // A round trip, for the cache reads the clock but once a millisecond.
      await fresh().listAccounts();
      expect([after, (await store.authenticate(text)) === null]).toEqual([after, after > 10_000]);
    }
  });

  it('list the keys of one account, newest first', async () => {
    const account = randomUUID();
    await newKey();
    const made = [await newKey(account), await newKey(account), await newKey(account)];
    const listed = await keys().list(account);
    expect(new Set(listed.map((key) => key.uuid))).toEqual(
      new Set(made.map(({ key }) => key.uuid)),
    );
    const times = listed.map((key) => key.created_at.getTime());
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('create a key with a given text once and return the existing one', async () => {
    const wanted = {
      ...{ account_uuid: randomUUID(), name: 'start' },
      scopes: ['staff'] as Scope[],
    };
    const make = () =>
      keys().create({ ...wanted, mode: 'test' }, `test_given${wanted.account_uuid}|s`);
    const [first, second] = [await make(), await make()];
    expect(second.key).toEqual(first.key);
    expect(await keys().list(wanted.account_uuid)).toEqual([first.key]);
    expect(await keys().authenticate(first.text)).toEqual(first.key);
  });

  it.each(['no-bar', 'empty|', '|no-id', ''])('create no key with the text %j', async (text) => {
    const key = { account_uuid: randomUUID(), name: 'start', mode: 'test' as const, scopes: [] };
    await expect(keys().create(key, text)).rejects.toThrow('<id>|<secret>');
    expect(await keys().authenticate(text)).toBeNull();
  });

  it('do not change an account when it is ensured again', async () => {
    const uuid = randomUUID();
    const made = await Promise.all([newAccount(uuid), newAccount(uuid)]);
    const again = await newAccount(uuid, 'Another name');
    expect([...made, again, await fresh().findAccount(uuid)]).toEqual(
      Array.from({ length: 4 }, () => made[0]),
    );
    expect(made[0]).toMatchObject({ uuid, name: 'Banco Uno', language: 'es' });
    expect((await fresh().listAccounts()).filter((each) => each.uuid === uuid)).toHaveLength(1);
    expect(await fresh().findAccount(randomUUID())).toBeNull();
  });

  it('store the webhook secret encrypted with a key of the ring', async () => {
    const { uuid } = await newAccount();
    expect(await secrets().find(uuid)).toEqual([SECRET]);
    expect(await secrets().find(randomUUID())).toEqual([]);
    expect(await raw('accounts')).not.toContain('whsec_');
    const stranger = parseKeyring(`other:${Buffer.alloc(32, 9).toString('base64')}`);
    await expect(secrets(stranger).find(uuid)).rejects.toThrow('ENCRYPTION_KEYS lacks the key');
  });

  it('have indexes for keys by uuid and by account', async () => {
    const indexes = await connection.collection('api_keys').indexes();
    const keys = indexes.map(({ key, unique }) => JSON.stringify(key) + (unique ? ' unique' : ''));
    const expected = [
      '{"account_uuid":1,"uuid":1} unique',
      '{"account_uuid":1,"created_at":-1,"_id":-1}',
    ];
    expect(keys).toEqual(expect.arrayContaining(expected));
  });
});

/** Returns the bytes of a document's binary fields as text. */
function inLatin(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  if ('buffer' in value) return Buffer.from(value.buffer as Uint8Array).toString('latin1');
  return Object.values(value).map(inLatin).join('');
}
