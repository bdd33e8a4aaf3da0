import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { IdempotencyStore } from '../../src/store/accounts/idempotency';
import { RunKeyStore } from '../../src/store/runs/run-keys';
import { testKeys } from '../support/keys';
import { dropStore, openStore } from '../support/store';

describe('an Idempotency-Key', () => {
  let connection: Connection;
  let store: IdempotencyStore;
  beforeAll(async () => {
    connection = await openStore();
    const ring = testKeys.ENCRYPTION_KEYS;
    store = new IdempotencyStore(connection, ring, new RunKeyStore(connection, ring));
    await store.createIndexes();
  });
  afterAll(() => dropStore(connection));

  const lease = (id: string) => ({ account_uuid: 'a', id, owner: randomUUID() });

  it('returns no response whose run was erased before it was stored', async () => {
    const mine = lease(randomUUID());
    const { reservation } = (await store.claim(mine, ['body'])) as { reservation: object };
    await store.finish(mine, { status: 200, body: 'Ana', run_uuid: randomUUID() });
    expect(await store.claim(lease(mine.id), ['body'])).toEqual({ kind: 'erased', reservation });
  });

  it('is claimed when the driver repeats a claim whose response was lost', async () => {
    const mine = lease(randomUUID());
    const first = await store.claim(mine, ['body']);
    expect(await store.claim(mine, ['body'])).toEqual(first);
    expect(await store.claim(lease(mine.id), ['body'])).toEqual({ kind: 'in_progress' });
  });

  it('is locked for ten seconds after its process died, then claimed with the same uuid at a new time', async () => {
    const dead = lease(randomUUID());
    const claimed = await store.claim(dead, ['body'], 1_000);
    if (claimed.kind !== 'claimed') throw new Error('not claimed');
    expect(await store.claim(lease(dead.id), ['body'], 10_999)).toEqual({ kind: 'in_progress' });
    expect(await store.claim(lease(dead.id), ['body'], 11_000)).toEqual({
      kind: 'claimed',
      reservation: { uuid: claimed.reservation.uuid, at: 11_000, is_repeated: true },
    });
  });

  it('is recognized by the fingerprint of an older key, after keys were rotated', async () => {
    const mine = lease(randomUUID());
    await store.claim(mine, ['of the old key'], 1_000);
    const rotated = ['of the new key', 'of the old key'] as const;
    expect((await store.claim(lease(mine.id), rotated, 11_000)).kind).toBe('claimed');
  });

  it('stays locked while a running process renews it', async () => {
    const living = lease(randomUUID());
    await store.claim(living, ['body'], 1_000);
    await store.renew(living, 9_000);
    expect(await store.claim(lease(living.id), ['body'], 15_000)).toEqual({ kind: 'in_progress' });
  });

  it('is claimed by one of several concurrent claims after its lease', async () => {
    const dead = lease(randomUUID());
    await store.claim(dead, ['body'], 1_000);
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => store.claim(lease(dead.id), ['body'], 20_000)),
    );
    expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
  });

  it('returns the stored response, which is encrypted in the database', async () => {
    const mine = lease(randomUUID());
    await store.claim(mine, ['body']);
    await store.finish(mine, { status: 200, body: '{"secret":"word"}' });
    const again = await store.claim(lease(mine.id), ['body']);
    expect(again).toMatchObject({
      kind: 'done',
      reply: { status: 200, body: '{"secret":"word"}' },
    });
    const stored = await connection.collection('idempotency').find().toArray();
    expect(JSON.stringify(stored)).not.toContain('word');
    expect(await store.claim(lease(mine.id), ['other'])).toEqual({ kind: 'mismatch' });
  });
});
