/**
 * Stores the keys of sealed submissions: one for each run, wrapped by the encryption key ring. They are stored apart
 * from the runs, so that destroying a key also erases backups of the run (backups of keys expire within 30 days).
 */
import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Connection } from 'mongoose';
import type { Keyring } from '../../platform/crypto/keyring';
import { open, seal } from '../../platform/crypto/seal';
import { toBuffer } from '../binary';
import { isSameDocument } from '../connection';
import type { RunRef } from '../account-scope';

interface RunKeyDocument {
  _id: string;
  account_uuid: string;
  key_id: string;
  /** Absent once the key was destroyed, which prevents a new one. */
  wrapped?: Buffer;
  created_at: Date;
  destroyed_at?: Date;
}

/** Cache time of keys in milliseconds: a process may use an erased key for this long. */
const CACHE_MS = 10_000;

/** Thrown if the key of a run was destroyed by its erasure. */
export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed';
}

export class RunKeyStore {
  private readonly keys;
  private readonly cache = new LRUCache<string, Buffer>({ max: 10_000, ttl: CACHE_MS });

  constructor(
    private readonly connection: Connection,
    private readonly ring: Keyring,
  ) {
    this.keys = connection.collection<RunKeyDocument>('run_keys');
  }

  /**
   * Creates the run's key, or returns the one of an earlier attempt.
   * @throws KeyDestroyed.
   */
  async create(run: RunRef): Promise<Buffer> {
    const { uuid: _id, account_uuid } = run;
    const key = randomBytes(32);
    const { current } = this.ring;
    try {
      await this.keys.insertOne({
        _id,
        account_uuid,
        key_id: current.id,
        wrapped: seal(current.bytes, key, aadOf(_id)),
        created_at: new Date(),
      });
    } catch (error) {
      if (!isSameDocument(error)) throw error;
      const existing = await this.find(run);
      if (existing === null) throw new KeyDestroyed();
      return existing;
    }
    this.cache.set(placeOf(run), key);
    return key;
  }

  /** Returns the run's key; null if it was destroyed. */
  async find({ account_uuid, uuid }: RunRef): Promise<Buffer | null> {
    return (await this.findMany(account_uuid, [uuid])).get(uuid) ?? null;
  }

  /** Returns the keys of several runs of an account in at most one query; destroyed ones are missing. */
  async findMany(account_uuid: string, uuids: readonly string[]): Promise<Map<string, Buffer>> {
    const cached = (uuid: string) => this.cache.get(placeOf({ account_uuid, uuid }));
    const known = new Map(uuids.map((uuid) => [uuid, cached(uuid)]));
    const missing = uuids.filter((uuid) => known.get(uuid) === undefined);
    const loaded =
      missing.length === 0
        ? []
        : await this.keys.find({ _id: { $in: missing }, account_uuid }).toArray();
    for (const document of loaded.filter(isWhole)) {
      const key = this.unwrap(document);
      this.cache.set(placeOf({ account_uuid, uuid: document._id }), key);
      known.set(document._id, key);
    }
    return new Map([...known].flatMap(([uuid, key]) => (key === undefined ? [] : [[uuid, key]])));
  }

  /** Destroys a run's key: its sealed content can't be decrypted any more. Safe to repeat. */
  async destroy(run: RunRef): Promise<void> {
    await this.keys.updateOne(
      { _id: run.uuid, account_uuid: run.account_uuid, wrapped: { $exists: true } },
      { $unset: { wrapped: 1 }, $set: { destroyed_at: new Date() } },
    );
    this.cache.delete(placeOf(run));
  }

  /** Wraps the keys of all accounts under the newest encryption key. Returns how many it changed. Safe to repeat. */
  async rotate(): Promise<number> {
    const { current } = this.ring;
    let count = 0;
    // A cursor, unlike other calls, does not wait for the connection.
    await this.connection.asPromise();
    for await (const document of this.keys.find<WholeKey>({
      key_id: { $ne: current.id },
      wrapped: { $exists: true },
    })) {
      const { _id, account_uuid, key_id } = document;
      const wrapped = seal(current.bytes, this.unwrap(document), aadOf(_id));
      // A key that was destroyed since it was read must not be restored.
      const isStill = { _id, account_uuid, key_id, wrapped: { $exists: true } };
      const result = await this.keys.updateOne(isStill, {
        $set: { key_id: current.id, wrapped },
      });
      count += result.matchedCount;
    }
    return count;
  }

  private unwrap(document: WholeKey): Buffer {
    const wrapping = this.ring.find(document.key_id);
    if (wrapping === undefined) {
      throw new Error(`ENCRYPTION_KEYS lacks the key ${document.key_id}, which run keys still use`);
    }
    return open(wrapping.bytes, toBuffer(document.wrapped), aadOf(document._id));
  }
}

type WholeKey = RunKeyDocument & { wrapped: Buffer };

function isWhole(document: RunKeyDocument): document is WholeKey {
  return document.wrapped !== undefined;
}

function aadOf(runUuid: string): string {
  return `run-key/${runUuid}`;
}

function placeOf({ account_uuid, uuid }: RunRef): string {
  return `${account_uuid}/${uuid}`;
}
