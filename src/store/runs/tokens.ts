/**
 * Stores tokens that give a person access to one run. Secrets are stored as digests. A token can't be used as a link,
 * nor a link as a token.
 */
import { randomUUID } from 'node:crypto';
import { Schema, type Connection, type Model } from 'mongoose';
import { sha256Hex, equalsDigest, newSecret, randomText } from '../../platform/crypto/secrets';
import type { Mode } from '../../domain/run/events';
import { splitSecret } from '../accounts/api-keys';
import type { RunRef, AccountScope } from '../account-scope';

export interface RunToken {
  /** Public part, before the `|`. */
  id: string;
  uuid: string;
  run_uuid: string;
  account_uuid: string;
  mode: Mode;
  redirect_url: string | null;
  /** Language of its run, in which the person reads messages. */
  language: string;
  created_at: Date;
}

/** A new token as returned once: `token` for the API, `link` for the address of the page. */
export interface MintedToken {
  uuid: string;
  token: string;
  link: string;
}

type TokenDocument = Omit<RunToken, 'id'> & {
  _id: string;
  digest: string;
  link_digest: string;
  revoked_at: Date | null;
};

const tokenSchema = new Schema<TokenDocument>(
  {
    _id: { type: String, required: true },
    uuid: { type: String, required: true },
    run_uuid: { type: String, required: true },
    account_uuid: { type: String, required: true },
    mode: { type: String, required: true },
    redirect_url: { type: String, default: null },
    language: { type: String, required: true },
    created_at: { type: Date, required: true },
    digest: { type: String, required: true },
    link_digest: { type: String, required: true },
    revoked_at: { type: Date, default: null },
  },
  { versionKey: false, collection: 'tokens' },
);
// A unique index of a sharded collection must begin with the shard key: the account.
tokenSchema.index({ account_uuid: 1, run_uuid: 1, uuid: 1 }, { unique: true });
tokenSchema.index({ account_uuid: 1, run_uuid: 1, revoked_at: 1 });
tokenSchema.index({ link_digest: 1 });

export class TokenStore {
  private readonly model: Model<TokenDocument>;
  private readonly tokens;

  constructor(connection: Connection) {
    this.model = connection.model<TokenDocument>('Token', tokenSchema);
    this.tokens = connection.collection<TokenDocument>('tokens');
  }

  async createIndexes(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Creates a token with a uuid; null if an earlier attempt created it, since its secret can't be shown again. */
  async mint(
    { account_uuid, mode }: AccountScope,
    { run_uuid, redirect_url, language }: Pick<RunToken, 'run_uuid' | 'redirect_url' | 'language'>,
    uuid: string = randomUUID(),
  ): Promise<MintedToken | null> {
    const id = `run_${randomText(12)}`;
    const [secret, link] = [newSecret(), newSecret()];
    const fields = {
      _id: id,
      mode,
      redirect_url,
      language,
      created_at: new Date(),
      digest: sha256Hex(secret),
      link_digest: sha256Hex(link),
      revoked_at: null,
    };
    const result = await this.tokens.updateOne(
      { account_uuid, run_uuid, uuid },
      { $setOnInsert: fields },
      { upsert: true },
    );
    return result.upsertedCount === 1 ? { uuid, token: `${id}|${secret}`, link } : null;
  }

  /** Returns the token of a bearer text by its id alone; null if there is none or it was revoked. Never cached. */
  async authenticate(text: string): Promise<RunToken | null> {
    const [id, secret] = splitSecret(text);
    const found = await this.tokens.findOne({ _id: id });
    if (found === null || found.revoked_at !== null) return null;
    return equalsDigest(secret, found.digest) ? toToken(found) : null;
  }

  /** Returns the ids of those tokens that were not revoked. */
  async findActive(tokens: readonly Pick<RunToken, 'id' | 'account_uuid'>[]): Promise<Set<string>> {
    if (tokens.length === 0) return new Set();
    const accounts = [...new Set(tokens.map(({ account_uuid }) => account_uuid))];
    const found = this.tokens.find(
      {
        account_uuid: { $in: accounts },
        _id: { $in: tokens.map(({ id }) => id) },
        revoked_at: null,
      },
      { projection: { _id: 1 } },
    );
    return new Set((await found.toArray()).map(({ _id }) => _id));
  }

  /** Returns the token for the opaque part of a page address. */
  async findByLink(link: string): Promise<RunToken | null> {
    const found = await this.tokens.findOne({ link_digest: sha256Hex(link), revoked_at: null });
    return found === null ? null : toToken(found);
  }

  /** Revokes all tokens of a run and removes the addresses that its person would be sent to. */
  async erase(run: RunRef): Promise<void> {
    await this.revokeAll(run);
    const { account_uuid, uuid: run_uuid } = run;
    await this.tokens.updateMany({ account_uuid, run_uuid }, { $set: { redirect_url: null } });
  }

  /** Revokes all tokens of a run and returns their number. */
  async revokeAll({ account_uuid, uuid: run_uuid }: RunRef): Promise<number> {
    const result = await this.tokens.updateMany(
      { account_uuid, run_uuid, revoked_at: null },
      { $set: { revoked_at: new Date() } },
    );
    return result.modifiedCount;
  }
}

function toToken(document: TokenDocument): RunToken {
  const { _id, uuid, run_uuid, account_uuid, mode, redirect_url, language, created_at } = document;
  return { id: _id, uuid, run_uuid, account_uuid, mode, redirect_url, language, created_at };
}
