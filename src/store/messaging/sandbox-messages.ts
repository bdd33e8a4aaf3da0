/** Stores messages of the sandbox without their codes, which are derived on read. */
import { randomUUID } from 'node:crypto';
import { Schema, type Connection, type Model } from 'mongoose';
import type { CodeIdentity } from '../../platform/crypto/codes';
import type { Keyring } from '../../platform/crypto/keyring';
import { openJson, sealJson } from '../../platform/crypto/seal';
import { keyedHash, keyedHashes } from '../../platform/crypto/secrets';
import type { Receipt } from '../../domain/otp/messages';
import type { Channel } from '../../domain/otp/policy';
import { SANDBOX_RECEIPT_AFTER_MS } from '../../domain/otp/sandbox';
import type { Mode } from '../../domain/run/events';
import { toBuffer } from '../binary';
import type { RunErasure } from '../runs/run-erasure';
import type { RunRef } from '../account-scope';

export type SandboxStatus = 'refused' | 'sent' | 'delivered' | 'undelivered';
/** Status of the message's receipt; null for none. */
type SandboxReceiptStatus = 'delivered' | 'undelivered' | null;

/** Sealed content of a message: destination, texts, and the reference from which its code is derived. */
interface Content {
  to: string;
  template: { subject: string; text: string; html: string };
  code_ref: CodeIdentity & { key_id: string; length: number };
}

/** A message as the sandbox's connector passes it. */
interface GivenMessage extends Content {
  key: string;
  account_uuid: string;
  mode: Mode;
  channel: Channel;
  send: { run_uuid: string; step_uuid: string; order: number; send: number };
}

export interface SandboxMessage extends Content {
  uuid: string;
  channel: Channel;
  status: SandboxStatus;
  at: Date;
}

/** A stored message, as found by our key. */
export interface StoredMessage {
  uuid: string;
  status: SandboxStatus;
  receipt: SandboxReceiptStatus;
}

interface MessageDocument {
  _id: string;
  account_uuid: string;
  mode: Mode;
  run_uuid: string;
  key: string;
  channel: Channel;
  to_hash: string;
  status: SandboxStatus;
  receipt: SandboxReceiptStatus;
  send: Omit<GivenMessage['send'], 'run_uuid'>;
  at: Date;
  key_id: string;
  sealed: Buffer;
}

/** Retention: messages contain personal data and are normally read on the same day. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;

const schema = new Schema<MessageDocument>(
  {
    _id: { type: String, required: true },
    account_uuid: { type: String, required: true },
    mode: { type: String, required: true },
    run_uuid: { type: String, required: true },
    key: { type: String, required: true },
    channel: { type: String, required: true },
    to_hash: { type: String, required: true },
    status: { type: String, required: true },
    receipt: { type: String, default: null },
    send: { type: Schema.Types.Mixed, required: true },
    at: { type: Date, required: true },
    key_id: { type: String, required: true },
    sealed: { type: Buffer, required: true },
  },
  { versionKey: false, collection: 'sandbox_messages' },
);
schema.index({ account_uuid: 1, key: 1, at: -1 });
schema.index({ account_uuid: 1, run_uuid: 1 });
schema.index({ account_uuid: 1, mode: 1, at: -1, _id: -1 });
schema.index({ account_uuid: 1, mode: 1, to_hash: 1, at: -1, _id: -1 });
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export class SandboxStore {
  private readonly model: Model<MessageDocument>;
  private readonly messages;

  constructor(
    connection: Connection,
    private readonly rings: { ENCRYPTION_KEYS: Keyring; HASH_KEYS: Keyring },
    private readonly erasures: Pick<RunErasure, 'hasBegun'>,
  ) {
    this.model = connection.model<MessageDocument>('SandboxMessage', schema);
    this.messages = connection.collection<MessageDocument>('sandbox_messages');
  }

  async createIndexes(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Stores a message; each call adds one. Returns its uuid. Removes it again if its run was erased meanwhile. */
  async store(
    message: GivenMessage,
    status: SandboxStatus,
    receipt: SandboxReceiptStatus,
  ): Promise<string> {
    const uuid = randomUUID();
    const { to, template, code_ref, account_uuid, mode, key, channel } = message;
    const { run_uuid, ...send } = message.send;
    const { current } = this.rings.ENCRYPTION_KEYS;
    const content: Content = { to, template, code_ref };
    await this.messages.insertOne({
      _id: uuid,
      ...{ account_uuid, mode, run_uuid, key, channel, status, receipt, send, at: new Date() },
      to_hash: keyedHash(this.rings.HASH_KEYS, purposeOf(account_uuid), to),
      key_id: current.id,
      sealed: sealJson(current.bytes, content, placeOf(uuid)),
    });
    if (await this.erasures.hasBegun({ account_uuid, uuid: run_uuid })) {
      await this.messages.deleteOne({ _id: uuid, account_uuid });
    }
    return uuid;
  }

  /** Counts a run's refused messages to this destination. */
  async countRefused({ send, channel, account_uuid, to }: GivenMessage): Promise<number> {
    const hashes = keyedHashes(this.rings.HASH_KEYS, purposeOf(account_uuid), to);
    const found = await this.messages
      .find(
        { account_uuid, run_uuid: send.run_uuid },
        { projection: { channel: 1, status: 1, to_hash: 1 } },
      )
      .toArray();
    return found.filter(
      (each) =>
        each.status === 'refused' && each.channel === channel && hashes.includes(each.to_hash),
    ).length;
  }

  /** Returns the latest message with our key. */
  async findByKey(account_uuid: string, key: string): Promise<StoredMessage | null> {
    const found = await this.messages.findOne(
      { account_uuid, key },
      { projection: { status: 1, receipt: 1 }, sort: { at: -1 } },
    );
    if (found === null) return null;
    return { uuid: found._id, status: found.status, receipt: found.receipt };
  }

  /** Lists the receipts of a run's messages, delivered or not. */
  async expectedReceipts({
    account_uuid,
    uuid: run_uuid,
  }: RunRef): Promise<(Receipt & { step_uuid: string })[]> {
    const found = await this.messages
      .find({ account_uuid, run_uuid }, { projection: { send: 1, receipt: 1 } })
      .toArray();
    return found.flatMap(({ send, receipt: status }) =>
      status === null ? [] : [{ ...send, status, error_code: null }],
    );
  }

  /** Deletes the messages of a run. */
  async removeByRun({ account_uuid, uuid: run_uuid }: RunRef): Promise<void> {
    await this.messages.deleteMany({ account_uuid, run_uuid });
  }

  /** Lists the messages of an account's test runs, newest first, without refused ones. */
  async list(
    accountUuid: string,
    filter: { to?: string | undefined; channel?: Channel | undefined },
    page: { skip: number; limit: number },
  ): Promise<SandboxMessage[]> {
    const { to, channel } = filter;
    const hashes =
      to === undefined ? null : keyedHashes(this.rings.HASH_KEYS, purposeOf(accountUuid), to);
    const found = await this.messages
      .find({
        account_uuid: accountUuid,
        mode: 'test',
        status: { $ne: 'refused' },
        ...(channel === undefined ? {} : { channel }),
        ...(hashes === null ? {} : { to_hash: { $in: [...hashes] } }),
      })
      .sort({ at: -1, _id: -1 })
      .skip(page.skip)
      .limit(page.limit)
      .toArray();
    return found.map((each) => this.opened(each));
  }

  private opened({ _id: uuid, key_id, sealed, channel, receipt, at, ...kept }: MessageDocument) {
    const isTold = receipt !== null && at.getTime() + SANDBOX_RECEIPT_AFTER_MS <= Date.now();
    const status = isTold ? receipt : kept.status;
    const key = this.rings.ENCRYPTION_KEYS.find(key_id);
    if (key === undefined) throw new Error(`ENCRYPTION_KEYS lacks the key ${key_id}`);
    const content = openJson<Content>(key.bytes, toBuffer(sealed), placeOf(uuid));
    return { uuid, channel, status, at, ...content };
  }
}

function purposeOf(accountUuid: string): string {
  return `sandbox/${accountUuid}`;
}

function placeOf(uuid: string): string {
  return `sandbox-message/${uuid}`;
}
