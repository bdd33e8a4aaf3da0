import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { parseKeyring } from '../../src/platform/crypto/keyring';
import { RunKeyStore } from '../../src/store/runs/run-keys';
import { dropStore, openStore } from '../support/store';

const entry = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const ring = parseKeyring(entry('old', 1));
const ACCOUNT = randomUUID();
const ref = (uuid: string) => ({ account_uuid: ACCOUNT, uuid });

describe('the keys of runs', () => {
  let connection: Connection;
  beforeAll(async () => {
    connection = await openStore();
  });
  afterAll(() => dropStore(connection));
  afterEach(() => jest.restoreAllMocks());

  const keysOf = () => connection.collection<{ _id: string }>('run_keys');
  /** A store with an empty cache. */
  const fresh = (keyring = ring) => new RunKeyStore(connection, keyring);

  it('are created once: concurrent calls return the same key', async () => {
    const uuid = randomUUID();
    const made = await Promise.all([
      fresh().create(ref(uuid)),
      fresh().create(ref(uuid)),
      fresh().create(ref(uuid)),
    ]);
    const [first] = made;
    expect(first).toHaveLength(32);
    for (const key of [...made, await fresh().create(ref(uuid)), await fresh().find(ref(uuid))]) {
      expect(key).toEqual(first);
    }
    expect(await fresh().create(ref(randomUUID()))).not.toEqual(first);
  });

  it('are wrapped in the database', async () => {
    const uuid = randomUUID();
    const key = await fresh().create(ref(uuid));
    const stored = await keysOf().findOne({ _id: uuid });
    expect(stored).toMatchObject({ account_uuid: ACCOUNT, key_id: 'old' });
    const bytes = Buffer.from(
      (stored as unknown as { wrapped: { buffer: Uint8Array } }).wrapped.buffer,
    );
    expect(bytes.length).toBeGreaterThan(32);
    expect(bytes.includes(key)).toBe(false);
  });

  it('can be unwrapped after a rotation while the old key is in the ring', async () => {
    const [before, after] = [randomUUID(), randomUUID()];
    const rotated = parseKeyring(`${entry('new', 2)},${entry('old', 1)}`);
    const key = await fresh().create(ref(before));
    await fresh(rotated).create(ref(after));
    expect(await fresh(rotated).find(ref(before))).toEqual(key);
    expect(await keysOf().findOne({ _id: after })).toMatchObject({ key_id: 'new' });
    expect(await fresh(rotated).find(ref(after))).not.toBeNull();
    await expect(fresh().find(ref(after))).rejects.toThrow('ENCRYPTION_KEYS lacks the key new');
  });

  it('cannot be unwrapped for another run', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    await fresh().create(ref(one));
    await keysOf().insertOne({ ...(await keysOf().findOne({ _id: one })), _id: two });
    await expect(fresh().find(ref(two))).rejects.toThrow();
  });

  it('are read in one round trip for many runs, and in none when they are cached', async () => {
    const store = fresh();
    const uuids = [randomUUID(), randomUUID(), randomUUID()];
    for (const uuid of uuids) await fresh().create(ref(uuid));
    const reads = jest.spyOn(connection.collection('run_keys'), 'find');
    expect([...(await store.findMany(ACCOUNT, [...uuids, randomUUID()])).keys()].sort()).toEqual(
      uuids.sort(),
    );
    expect(reads).toHaveBeenCalledTimes(1);
    expect((await store.findMany(ACCOUNT, uuids)).size).toBe(3);
    expect((await store.findMany(ACCOUNT, [])).size).toBe(0);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it('are missing when they are destroyed, immediately or once the cache is ten seconds old', async () => {
    const uuid = randomUUID();
    const store = fresh();
    await store.create(ref(uuid));
    await keysOf().deleteOne({ _id: uuid });
    expect(await fresh().find(ref(uuid))).toBeNull();
    expect((await fresh().findMany(ACCOUNT, [uuid])).size).toBe(0);
    later(10_001);
    expect(await store.find(ref(uuid))).toBeNull();
  });

  it('are returned when the cache drops them during a read', async () => {
    const [known, other] = [randomUUID(), randomUUID()];
    const store = fresh();
    await fresh().create(ref(other));
    await store.create(ref(known));
    const found = store.findMany(ACCOUNT, [known, other]);
    later(10_001);
    expect([...(await found).keys()]).toEqual([known, other]);
  });

  it('that are destroyed during a rotation are not restored', async () => {
    // Other tests left keys that can't be unwrapped.
    await keysOf().deleteMany({});
    const [uuid, other] = [randomUUID(), randomUUID()];
    await fresh().create(ref(uuid));
    await fresh().create(ref(other));
    const rotating = fresh(
      parseKeyring(`${entry('newest', 3)},${entry('new', 2)},${entry('old', 1)}`),
    );
    const keys = connection.collection('run_keys');
    const updateOne = keys.updateOne.bind(keys);
    jest.spyOn(keys, 'updateOne').mockImplementation(async (filter, update) => {
      if ((filter as { _id?: unknown })._id === uuid) {
        // An erasure happens between the read and the write of the rotation.
        await updateOne(filter, { $unset: { wrapped: 1 } });
      }
      return updateOne(filter, update);
    });
    await rotating.rotate();
    expect(await keysOf().findOne({ _id: uuid })).not.toHaveProperty('wrapped');
    expect(await keysOf().findOne({ _id: other })).toMatchObject({ key_id: 'newest' });
  });

  /** Moves the clock of the caches forward. */
  function later(milliseconds: number): void {
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + milliseconds);
  }
});
