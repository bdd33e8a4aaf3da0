/**
 * Stores sends, claimed before the provider is called: if a worker died during a send, the provider is asked for it
 * before it is sent again. Receipts are matched with their run here.
 */
import { Schema, type Connection, type Model } from 'mongoose';
import type { Receipt, SendResult } from '../../domain/otp/messages';
import type { Channel } from '../../domain/otp/policy';
import type { Mode } from '../../domain/run/events';
import type { RunRef } from '../account-scope';

export type SendClaim =
  /** `failures`: earlier attempts with a temporary refusal of the provider. */
  | { kind: 'new'; failures: number }
  /** An earlier attempt began at `since` and has no result. */
  | { kind: 'begun'; failures: number; since: Date }
  | { kind: 'answered'; answer: SendResult };

/** The run of a send. */
export type SendOwner = Pick<SendPlace, 'account_uuid' | 'run_uuid'>;

/** Data of a send, from its claim on. */
export interface SendPlace {
  run_uuid: string;
  account_uuid: string;
  mode: Mode;
  channel: Channel;
  /** The connector used, also if the run names none. */
  connector_uuid: string | null;
}

/** Cost of a message, in the smallest unit of its currency. */
export interface Cost {
  amount: number;
  currency: string;
}

export interface StoredSend extends SendPlace {
  key: string;
  /** Final status from the provider; null if there is none. */
  receipt: Receipt['status'] | null;
  /** Provider's id of the message, from the response or a callback. */
  provider_id: string | null;
}

interface SendDocument extends SendPlace {
  _id: string;
  at: Date;
  /** True if an attempt may have reached the provider. */
  begun: boolean;
  failures: number;
  answer: SendResult | null;
  cost: Cost | null;
  /** Data from callbacks. */
  told: { provider_id: string; receipt: Receipt['status'] | null; at: Date } | null;
}

/** Retention: usage is queried by month for the past year. */
const KEPT_SECONDS = 400 * 24 * 60 * 60;

const schema = new Schema<SendDocument>(
  {
    _id: { type: String, required: true },
    run_uuid: { type: String, required: true },
    account_uuid: { type: String, required: true },
    mode: { type: String, required: true },
    channel: { type: String, required: true },
    connector_uuid: { type: String, default: null },
    at: { type: Date, required: true },
    begun: { type: Boolean, required: true },
    failures: { type: Number, required: true },
    answer: { type: Schema.Types.Mixed, default: null },
    cost: { type: Schema.Types.Mixed, default: null },
    told: { type: Schema.Types.Mixed, default: null },
  },
  { versionKey: false, collection: 'sends' },
);
schema.index({ account_uuid: 1, run_uuid: 1 });
schema.index({ account_uuid: 1, at: 1 });
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export class SendStore {
  private readonly model: Model<SendDocument>;
  private readonly sends;

  constructor(connection: Connection) {
    this.model = connection.model<SendDocument>('Send', schema);
    this.sends = connection.collection<SendDocument>('sends');
  }

  async createIndexes(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Claims a send. Call before calling the provider. */
  async claim(key: string, place: SendPlace): Promise<SendClaim> {
    const { account_uuid, run_uuid, ...rest } = place;
    const fresh = { ...rest, at: new Date(), failures: 0, answer: null, cost: null, told: null };
    const before = await this.sends.findOneAndUpdate(
      { _id: key, account_uuid, run_uuid },
      { $setOnInsert: fresh, $set: { begun: true } },
      { upsert: true, returnDocument: 'before' },
    );
    if (before === null) return { kind: 'new', failures: 0 };
    const { answer, begun, failures, at } = before;
    if (answer !== null) return { kind: 'answered', answer };
    return begun ? { kind: 'begun', failures, since: at } : { kind: 'new', failures };
  }

  /** Returns the result of a send; null if not known yet. */
  async findAnswer(owner: SendOwner, key: string): Promise<SendResult | null> {
    const found = await this.sends.findOne(sendOf(owner, key), { projection: { answer: 1 } });
    return found?.answer ?? null;
  }

  /** Stores a result. The first one wins. */
  async answer(owner: SendOwner, key: string, answer: SendResult): Promise<void> {
    await this.sends.updateOne({ ...sendOf(owner, key), answer: null }, { $set: { answer } });
  }

  /** Stores the cost of a message, as its provider reported it. */
  async storeCost(owner: SendOwner, key: string, cost: Cost): Promise<void> {
    await this.sends.updateOne(sendOf(owner, key), { $set: { cost } });
  }

  /**
   * Counts an attempt with a temporary failure. If the message was certainly not sent, the next attempt needs no
   * lookup.
   */
  async countFailure(owner: SendOwner, key: string, isCertain: boolean): Promise<void> {
    const certain = isCertain ? { $set: { begun: false } } : {};
    const filter = { ...sendOf(owner, key), answer: null };
    await this.sends.updateOne(filter, { $inc: { failures: 1 }, ...certain });
  }

  /** Returns an account's sends by our keys; unclaimed ones are missing. */
  async findAll(account_uuid: string, keys: readonly string[]): Promise<StoredSend[]> {
    const found = await this.sends.find({ _id: { $in: [...keys] }, account_uuid }).toArray();
    return found.map(({ _id: key, answer, told, ...place }) => ({
      ...{ key, ...place },
      receipt: told?.receipt ?? null,
      provider_id: told?.provider_id ?? answer?.provider_id ?? null,
    }));
  }

  /** Stores a receipt of a send. The first final status wins. */
  async recordReceipt(
    { key, ...owner }: SendOwner & { key: string },
    provider_id: string,
    receipt: Receipt['status'] | null,
  ): Promise<void> {
    const told = { provider_id, receipt, at: new Date() };
    const filter = { ...sendOf(owner, key), 'told.receipt': null };
    await this.sends.updateOne(filter, { $set: { told } });
  }

  /** Returns the provider's id of a send from a callback; null if none arrived. */
  async providerIdOf(owner: SendOwner, key: string): Promise<string | null> {
    const found = await this.sends.findOne(sendOf(owner, key), { projection: { told: 1 } });
    return found?.told?.provider_id ?? null;
  }

  /** Returns the known provider ids of a run's sends. */
  async providerIdsOf({ account_uuid, uuid: run_uuid }: RunRef): Promise<string[]> {
    const found = await this.sends
      .find({ account_uuid, run_uuid }, { projection: { told: 1, answer: 1 } })
      .toArray();
    return found.flatMap(({ told, answer }) => {
      const id = told?.provider_id ?? answer?.provider_id;
      return id == null ? [] : [id];
    });
  }
}

function sendOf({ account_uuid, run_uuid }: SendOwner, key: string) {
  return { _id: key, account_uuid, run_uuid };
}
