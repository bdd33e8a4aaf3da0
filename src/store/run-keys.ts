/**
 * The keys that submissions are sealed under: one a run, wrapped by the encryption key ring, kept apart from the runs so
 * that destroying a key erases what it sealed, backups of runs included (backups of keys expire within 30 days).
 */
import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Schema, type Connection, type Model } from 'mongoose';
import type { Keyring } from '../crypto/keyring';
import { open, seal } from '../crypto/seal';
import { isSameDocument } from './connection';

interface RunKeyDocument {
  _id: string;
  account_uuid: string;
  key_id: string;
  /** Absent once it was destroyed: then nobody makes another in its place. */
  wrapped?: Buffer;
  created_at: Date;
  destroyed_at?: Date;
}

/** An erased key may be used for at most this long by a process that has it in memory, in milliseconds. */
const CACHE_MS = 10_000;

const runKeySchema = new Schema<RunKeyDocument>(
  {
    _id: { type: String, required: true },
    account_uuid: { type: String, required: true },
    key_id: { type: String, required: true },
    wrapped: { type: Buffer },
    created_at: { type: Date, required: true },
    destroyed_at: { type: Date },
  },
  { versionKey: false, collection: 'run_keys' },
);

/** The key of a run was destroyed, and with it what was personal in the run. */
export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed';
}

export class RunKeyStore {
  private readonly keys: Model<RunKeyDocument>;
  private readonly cache = new LRUCache<string, Buffer>({ max: 10_000, ttl: CACHE_MS });

  constructor(
    connection: Connection,
    private readonly ring: Keyring,
  ) {
    this.keys = connection.model<RunKeyDocument>('RunKey', runKeySchema);
  }

  /**
   * Makes the run's key, or answers the one that a former try made.
   * @throws KeyDestroyed.
   */
  async create(runUuid: string, accountUuid: string): Promise<Buffer> {
    const key = randomBytes(32);
    const { current } = this.ring;
    try {
      await this.keys.collection.insertOne({
        _id: runUuid as never,
        account_uuid: accountUuid,
        key_id: current.id,
        wrapped: seal(current.bytes, key, aadOf(runUuid)),
        created_at: new Date(),
      });
    } catch (error) {
      if (!isSameDocument(error)) throw error;
      const existing = await this.find(runUuid);
      if (existing === null) throw new KeyDestroyed();
      return existing;
    }
    this.cache.set(runUuid, key);
    return key;
  }

  /** The run's key, null where it was destroyed. */
  async find(runUuid: string): Promise<Buffer | null> {
    return (await this.findMany([runUuid])).get(runUuid) ?? null;
  }

  /** The keys of several runs in one round trip at most; destroyed ones are missing in the answer. */
  async findMany(runUuids: readonly string[]): Promise<Map<string, Buffer>> {
    const known = new Map(runUuids.map((uuid) => [uuid, this.cache.get(uuid)]));
    const missing = runUuids.filter((uuid) => known.get(uuid) === undefined);
    const loaded =
      missing.length === 0
        ? []
        : await this.keys.find({ _id: { $in: missing } }).lean<RunKeyDocument[]>();
    for (const document of loaded.filter(isWhole)) {
      const key = this.unwrap(document);
      this.cache.set(document._id, key);
      known.set(document._id, key);
    }
    return new Map([...known].flatMap(([uuid, key]) => (key === undefined ? [] : [[uuid, key]])));
  }

  /** Destroys a run's key: what it sealed can be opened by nobody any more. Safe to repeat. */
  async destroy(runUuid: string): Promise<void> {
    await this.keys.updateOne(
      { _id: runUuid, wrapped: { $exists: true } },
      { $unset: { wrapped: 1 }, $set: { destroyed_at: new Date() } },
    );
    this.cache.delete(runUuid);
  }

  /** Wraps anew what isn't wrapped under the newest key; answers how many. Safe to repeat. */
  async rotate(): Promise<number> {
    const { current } = this.ring;
    let count = 0;
    for await (const document of this.keys
      .find({ key_id: { $ne: current.id }, wrapped: { $exists: true } })
      .lean<WholeKey>()
      .cursor()) {
      const { _id, key_id } = document;
      const wrapped = seal(current.bytes, this.unwrap(document), aadOf(_id));
      // One that was destroyed since it was read must not come back.
      const isStill = { _id, key_id, wrapped: { $exists: true } };
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
    const { wrapped } = document;
    const bytes = Buffer.isBuffer(wrapped) ? wrapped : Buffer.from((wrapped as Buffer).buffer);
    return open(wrapping.bytes, bytes, aadOf(document._id));
  }
}

type WholeKey = RunKeyDocument & { wrapped: Buffer };

function isWhole(document: RunKeyDocument): document is WholeKey {
  return document.wrapped !== undefined;
}

function aadOf(runUuid: string): string {
  return `run-key/${runUuid}`;
}
