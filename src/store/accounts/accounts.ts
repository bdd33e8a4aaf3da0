/** Accounts. */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Schema, type Connection, type Model } from 'mongoose';
import type { Keyring } from '../../platform/crypto/keyring';
import type { Channel } from '../../domain/otp/policy';
import { sealSecret, type WebhookSecretFields } from '../webhooks/webhook-secrets';

export interface Account {
  uuid: string;
  name: string;
  language: string;
  /** NIP of steps whose setup has none. */
  default_nip_uuid: string | null;
  /** NIP of steps that verify an email; null for `default_nip_uuid`. */
  default_email_nip_uuid: string | null;
  /** Countries (ISO 3166-1) whose phones may receive messages; null for the service's own list. */
  countries: string[] | null;
  /** Limits that differ from the service's own, by name. */
  budgets: Record<string, number>;
  /** Channels with sending paused. */
  paused_channels: Channel[];
  created_at: Date;
}

/** Fields that the account's own key may change. */
type ChangeableAccount = Omit<Account, 'uuid' | 'budgets' | 'paused_channels' | 'created_at'>;

type AccountDocument = Omit<Account, 'uuid'> & { _id: string } & WebhookSecretFields;
/** Life of cached accounts, in milliseconds. */
const CACHE_MS = 10_000;

const accountSchema = new Schema<AccountDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    language: { type: String, required: true },
    default_nip_uuid: { type: String, default: null },
    default_email_nip_uuid: { type: String, default: null },
    countries: { type: Schema.Types.Mixed, default: null },
    budgets: { type: Schema.Types.Mixed, default: {} },
    paused_channels: { type: Schema.Types.Mixed, default: [] },
    created_at: { type: Date, required: true },
    webhook_secret: { type: Schema.Types.Mixed, default: null },
    older_webhook_secrets: { type: Schema.Types.Mixed, default: undefined },
  },
  { versionKey: false, collection: 'accounts' },
);

export class AccountStore {
  private readonly accounts: Model<AccountDocument>;
  private readonly accountCache = new LRUCache<string, Account>({ max: 1_000, ttl: CACHE_MS });

  constructor(
    connection: Connection,
    private readonly ring: Keyring,
  ) {
    this.accounts = connection.model<AccountDocument>('Account', accountSchema);
  }

  /** Creates an account, unless one with this uuid exists. */
  async ensureAccount(account: {
    uuid?: string;
    name: string;
    language: string;
    webhook_secret: string;
  }): Promise<Account> {
    const { uuid = randomUUID(), name, language, webhook_secret } = account;
    await this.accounts.updateOne(
      { _id: uuid },
      {
        $setOnInsert: {
          name,
          language,
          default_nip_uuid: null,
          default_email_nip_uuid: null,
          countries: null,
          budgets: {},
          paused_channels: [],
          created_at: new Date(),
          webhook_secret: sealSecret(this.ring, uuid, webhook_secret),
        },
      },
      { upsert: true },
    );
    const found = await this.findAccount(uuid);
    if (found === null) throw new Error(`account ${uuid} vanished while it was created`);
    return found;
  }

  async findAccount(uuid: string): Promise<Account | null> {
    const cached = this.accountCache.get(uuid);
    if (cached !== undefined) return cached;
    const found = await this.accounts.findById(uuid).lean<AccountDocument | null>();
    if (found === null) return null;
    const account = toAccount(found);
    this.accountCache.set(uuid, account);
    return account;
  }

  /** Sets the account's default NIPs that are not set yet. */
  async ensureDefaultNips(
    uuid: string,
    nips: Pick<Account, 'default_nip_uuid' | 'default_email_nip_uuid'>,
  ): Promise<void> {
    for (const [field, nipUuid] of Object.entries(nips)) {
      await this.accounts.updateOne({ _id: uuid, [field]: null }, { $set: { [field]: nipUuid } });
    }
    this.accountCache.delete(uuid);
  }

  /** Removes an account from the cache after a change by another store. */
  evictFromCache(uuid: string): void {
    this.accountCache.delete(uuid);
  }

  /**
   * Changes the given fields of an account. Other processes see it when their caches expire. Returns false without a
   * change if the account is not as in `before`.
   */
  async changeAccount(
    uuid: string,
    changes: Partial<ChangeableAccount>,
    before: Partial<ChangeableAccount> = {},
  ): Promise<boolean> {
    const { name, language, default_nip_uuid, default_email_nip_uuid, countries } = before;
    const fields = { name, language, default_nip_uuid, default_email_nip_uuid, countries };
    const guard = Object.entries(fields);
    const stood = Object.fromEntries(guard.filter(([, value]) => value !== undefined));
    this.accountCache.delete(uuid);
    // The driver never sends an empty update.
    if (Object.keys(changes).length === 0) {
      return (await this.accounts.exists({ _id: uuid, ...stood })) !== null;
    }
    const result = await this.accounts.updateOne({ _id: uuid, ...stood }, { $set: changes });
    this.accountCache.delete(uuid);
    return result.matchedCount === 1;
  }

  async listAccounts(): Promise<Account[]> {
    const found = await this.accounts
      .find()
      .sort({ created_at: -1, _id: -1 })
      .lean<AccountDocument[]>();
    return found.map(toAccount);
  }
}

/** Adds defaults for fields that older documents lack. */
function toAccount(document: AccountDocument): Account {
  const { _id: uuid, name, language, created_at } = document;
  const later: Partial<Account> = document;
  const { default_nip_uuid = null, default_email_nip_uuid = null } = later;
  const { countries = null, budgets = {}, paused_channels = [] } = later;
  const nips = { default_nip_uuid, default_email_nip_uuid };
  return { uuid, name, language, created_at, ...nips, countries, budgets, paused_channels };
}
