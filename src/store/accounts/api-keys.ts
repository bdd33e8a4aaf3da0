/** API keys of accounts. Only digests of their secrets are stored. */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Schema, type Connection, type Model } from 'mongoose';
import type { Mode } from '../../domain/run/events';
import { sha256Hex, equalsDigest, newSecret, randomText } from '../../platform/crypto/secrets';
import { isDuplicateKey } from '../connection';

export const SCOPES = [
  'runs:read',
  'runs:write',
  'config:read',
  'config:write',
  'staff',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiKey {
  /** Public part of the key, before the `|`. */
  id: string;
  uuid: string;
  account_uuid: string;
  name: string;
  mode: Mode;
  scopes: Scope[];
  created_at: Date;
}

/** A key to be made; with a uuid of its own where none is given. */
type NewKey = Pick<ApiKey, 'account_uuid' | 'name' | 'mode' | 'scopes'> & { uuid?: string };

type ApiKeyDocument = Omit<ApiKey, 'id'> & { _id: string; digest: string };

/** Life of cached keys, in milliseconds: other processes accept a revoked key for this long. */
const CACHE_MS = 10_000;

/** Stands in the cache for a key that this process revoked. */
const REVOKED = 'revoked';

const apiKeySchema = new Schema<ApiKeyDocument>(
  {
    _id: { type: String, required: true },
    uuid: { type: String, required: true },
    account_uuid: { type: String, required: true },
    name: { type: String, required: true },
    mode: { type: String, required: true },
    scopes: { type: [String], required: true },
    digest: { type: String, required: true },
    created_at: { type: Date, required: true },
  },
  { versionKey: false, collection: 'api_keys' },
);
apiKeySchema.index({ account_uuid: 1, uuid: 1 }, { unique: true });
apiKeySchema.index({ account_uuid: 1, created_at: -1, _id: -1 });

/** The account has a key with this uuid; nobody can tell its secret. */
export class KeyExists extends Error {
  override readonly name = 'KeyExists';
}

export class ApiKeyStore {
  private readonly keys: Model<ApiKeyDocument>;
  private readonly cache = new LRUCache<string, ApiKeyDocument | typeof REVOKED>({
    max: 10_000,
    ttl: CACHE_MS,
  });

  constructor(connection: Connection) {
    this.keys = connection.model<ApiKeyDocument>('ApiKey', apiKeySchema);
  }

  async createIndexes(): Promise<void> {
    await this.keys.createIndexes();
  }

  /**
   * Makes a key, or answers the one that has its id; its whole text is in the answer and nowhere else. `text` is given
   * only by `setup`.
   * @throws KeyExists where another key of the account has the uuid.
   */
  async create(
    { uuid = randomUUID(), ...key }: NewKey,
    text = `${key.mode}_${randomText(12)}|${newSecret()}`,
  ): Promise<{ key: ApiKey; text: string }> {
    const [id, secret] = splitSecret(text);
    if (id === '' || secret === '') throw new Error('a key is of the form <id>|<secret>');
    const fields = { uuid, ...key, digest: sha256Hex(secret), created_at: new Date() };
    try {
      await this.keys.updateOne({ _id: id }, { $setOnInsert: fields }, { upsert: true });
    } catch (error) {
      throw isDuplicateKey(error) ? new KeyExists() : error;
    }
    const stored = await this.findById(id);
    if (stored === null) throw new Error(`key ${id} vanished while it was created`);
    return { key: toApiKey(stored), text };
  }

  private findById(id: string): Promise<ApiKeyDocument | null> {
    return this.keys.findById(id).lean<ApiKeyDocument | null>().exec();
  }

  /** The key that a bearer text is, null where there is none such. Cached for ten seconds. */
  async authenticate(text: string): Promise<ApiKey | null> {
    const [id, secret] = splitSecret(text);
    const cached = this.cache.get(id);
    const found = cached ?? (await this.findById(id));
    // One that was revoked while it was read stays revoked.
    if (found === null || found === REVOKED || this.cache.get(id) === REVOKED) return null;
    if (!equalsDigest(secret, found.digest)) return null;
    // A key in use must not stay cached for longer by being used.
    if (cached === undefined) this.cache.set(id, found);
    return toApiKey(found);
  }

  /** Lists the account's keys, newest first: all, or a page of those of some modes. */
  async list(
    accountUuid: string,
    { modes, skip = 0, limit }: { modes?: readonly Mode[]; skip?: number; limit?: number } = {},
  ): Promise<ApiKey[]> {
    const found = await this.keys
      .find({ account_uuid: accountUuid, ...(modes && { mode: { $in: [...modes] } }) })
      .sort({ created_at: -1, _id: -1 })
      .skip(skip)
      .limit(limit ?? 0)
      .lean<ApiKeyDocument[]>();
    return found.map(toApiKey);
  }

  /** Finds a key of the account, null where it has none such. */
  async find(account_uuid: string, uuid: string): Promise<ApiKey | null> {
    const found = await this.keys.findOne({ account_uuid, uuid }).lean<ApiKeyDocument | null>();
    return found === null ? null : toApiKey(found);
  }

  /** Revokes a key, in this process at once; false where the account has none such. */
  async delete(account_uuid: string, uuid: string): Promise<boolean> {
    const deleted = await this.keys
      .findOneAndDelete({ account_uuid, uuid })
      .lean<ApiKeyDocument | null>();
    if (deleted === null) return false;
    this.cache.set(deleted._id, REVOKED);
    return true;
  }
}

/** Splits `<id>|<secret>`; a text without the bar has an empty secret, which matches nothing. */
export function splitSecret(text: string): [id: string, secret: string] {
  const bar = text.indexOf('|');
  return bar < 0 ? [text, ''] : [text.slice(0, bar), text.slice(bar + 1)];
}

function toApiKey({
  _id,
  uuid,
  account_uuid,
  name,
  mode,
  scopes,
  created_at,
}: ApiKeyDocument): ApiKey {
  return { id: _id, uuid, account_uuid, name, mode, scopes, created_at };
}
