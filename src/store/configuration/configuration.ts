/**
 * Stores the configuration of accounts: NIPs, forms, and (in `connectors.ts`) connectors. All have the same structure:
 * fields of their own, archived instead of deleted.
 */
import { mongo, Schema, type Connection, type Model } from 'mongoose';
import type { CodePolicy, VerificationPolicy } from '../../domain/otp/policy';
import { isDuplicateKey } from '../connection';
import { readPage, type StoredPage } from '../read-page';

export interface NipFields {
  name: string;
  type: 'generic';
  first_verification: VerificationPolicy;
  second_verification: VerificationPolicy | null;
  code: CodePolicy;
  messages: Record<string, string>;
}

export interface FormField {
  key: string;
  label: string;
  type: 'text' | 'textarea' | 'number' | 'date' | 'email' | 'phone' | 'select' | 'checkbox';
  required: boolean;
  options?: string[];
  pattern?: string;
  min?: number;
  max?: number;
}

export interface FormFields {
  name: string;
  /** Fields, with predefined groups expanded. */
  fields: FormField[];
}

export type Configured<Fields> = Fields & {
  uuid: string;
  account_uuid: string;
  created_at: Date;
  updated_at: Date;
};

export interface ConfigDocument<Fields> {
  _id: string;
  account_uuid: string;
  created_at: Date;
  updated_at: Date;
  archived_at: Date | null;
  /** The name, while it is reserved within the account. */
  unique_name?: string;
  fields: Fields;
}

/** A document before its store has typed its fields. */
export type StoredConfig = ConfigDocument<object>;

/** Thrown if the account has another item with that name. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken';
}

/** Items that name another one: a refusal names fewer. */
const MAX_LISTED = 20;

export class ConfigStore<Fields extends object> {
  private readonly model: Model<StoredConfig>;
  protected readonly documents;

  /** `hasUniqueNames`: names are unique among the active items of an account. */
  constructor(
    connection: Connection,
    collection: string,
    private readonly hasUniqueNames = false,
  ) {
    const schema = new Schema<StoredConfig>(
      {
        _id: { type: String, required: true },
        account_uuid: { type: String, required: true },
        created_at: { type: Date, required: true },
        updated_at: { type: Date, required: true },
        archived_at: { type: Date, default: null },
        unique_name: { type: String },
        fields: { type: Schema.Types.Mixed, required: true },
      },
      { versionKey: false, minimize: false, collection },
    );
    schema.index({ account_uuid: 1, created_at: -1, _id: -1 });
    if (hasUniqueNames) {
      const partialFilterExpression = { unique_name: { $exists: true } };
      schema.index({ account_uuid: 1, unique_name: 1 }, { unique: true, partialFilterExpression });
    }
    this.model = connection.model<StoredConfig>(collection, schema);
    this.documents = connection.collection<StoredConfig>(collection);
  }

  async createIndexes(): Promise<void> {
    await this.model.createIndexes();
  }

  /**
   * Creates an item. A repetition with the same uuid returns the first one.
   * @throws NameTaken.
   */
  async create(accountUuid: string, uuid: string, fields: Fields): Promise<Configured<Fields>> {
    const now = new Date();
    try {
      await this.documents.insertOne({
        _id: uuid,
        account_uuid: accountUuid,
        created_at: now,
        updated_at: now,
        archived_at: null,
        ...this.uniqueName(fields),
        fields,
      });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const before = await this.find(accountUuid, uuid);
      if (before === null && this.hasUniqueNames) throw new NameTaken();
    }
    const made = await this.find(accountUuid, uuid);
    if (made === null) throw new Error(`${uuid} vanished while it was created`);
    return made;
  }

  /** Returns an active item of the account; null if there is none. */
  async find(account_uuid: string, uuid: string): Promise<Configured<Fields> | null> {
    const found = await this.documents.findOne({ _id: uuid, account_uuid, archived_at: null });
    return found === null ? null : configured<Fields>(found);
  }

  /** Lists active items, newest first. A page also has a limit in bytes. */
  async list(
    accountUuid: string,
    page: { skip: number; limit: number },
  ): Promise<StoredPage<Configured<Fields>>> {
    const found = this.documents
      .find({ account_uuid: accountUuid, archived_at: null })
      .sort({ created_at: -1, _id: -1 })
      .skip(page.skip)
      .limit(page.limit + 1);
    const { items, hasMore } = await readPage(found, page.limit, sizeOfDocument);
    return { items: items.map((document) => configured<Fields>(document)), hasMore };
  }

  /** Returns the active items of the account with these uuids. */
  async findAll(
    accountUuid: string,
    uuids: readonly string[],
  ): Promise<Map<string, Configured<Fields>>> {
    if (uuids.length === 0) return new Map();
    const found = await this.documents
      .find({ _id: { $in: [...uuids] }, account_uuid: accountUuid, archived_at: null })
      .toArray();
    return new Map(found.map((document) => [document._id, configured<Fields>(document)]));
  }

  /**
   * Replaces the fields if the item has not changed since `current` was read; returns false otherwise.
   * @throws NameTaken.
   */
  async replace(current: Configured<Fields>, fields: Fields): Promise<boolean> {
    const updated_at = new Date(Math.max(Date.now(), current.updated_at.getTime() + 1));
    try {
      const result = await this.documents.updateOne(
        { _id: current.uuid, updated_at: current.updated_at, archived_at: null },
        { $set: { fields, updated_at, ...this.uniqueName(fields) } },
      );
      return result.matchedCount === 1;
    } catch (error) {
      if (isDuplicateKey(error)) throw new NameTaken();
      throw error;
    }
  }

  async archive(uuid: string): Promise<void> {
    await this.documents.updateOne(
      { _id: uuid },
      { $set: { archived_at: new Date() }, $unset: { unique_name: 1 } },
    );
  }

  private uniqueName(fields: Fields): { unique_name?: string } {
    if (!this.hasUniqueNames) return {};
    return { unique_name: (fields as Fields & { name: string }).name };
  }
}

export class NipStore extends ConfigStore<NipFields> {
  constructor(connection: Connection) {
    super(connection, 'nips');
  }

  /** Lists the account's active NIPs that send through a connector, newest first, at most `MAX_LISTED`. */
  async listWithConnector(
    account_uuid: string,
    connectorUuid: string,
  ): Promise<Configured<NipFields>[]> {
    const verifications = ['fields.first_verification', 'fields.second_verification'];
    const $or = verifications.flatMap((path) => [
      { [`${path}.connector_uuid`]: connectorUuid },
      { [`${path}.backup.connector_uuid`]: connectorUuid },
    ]);
    const found = await this.documents
      .find({ account_uuid, archived_at: null, $or })
      .sort({ created_at: -1, _id: -1 })
      .limit(MAX_LISTED)
      .toArray();
    return found.map((document) => configured<NipFields>(document));
  }
}

export class FormStore extends ConfigStore<FormFields> {
  constructor(connection: Connection) {
    super(connection, 'forms');
  }
}

function sizeOfDocument(document: StoredConfig): number {
  return mongo.BSON.calculateObjectSize(document);
}

/** Types the fields of a document. The cast is safe because only this store writes to its collection. */
export function configured<Fields extends object>(document: StoredConfig): Configured<Fields> {
  const { _id: uuid, account_uuid, created_at, updated_at, fields } = document;
  return { ...(fields as Fields), uuid, account_uuid, created_at, updated_at };
}
