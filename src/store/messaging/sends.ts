/**
 * Sends, claimed before they are made: what was begun by a worker that died is asked for before it is made again. What
 * providers tell of them later finds its run here.
 */
import { Schema, type Connection, type Model } from 'mongoose';
import type { Receipt, SendResult } from '../../domain/otp/messages';
import type { Channel } from '../../domain/otp/policy';
import type { Mode } from '../../domain/run/events';
import type { RunRef } from '../account-scope';

export type SendClaim =
  /** `failures`: earlier tries that the provider turned down for the moment. */
  | { kind: 'new'; failures: number }
  /** Somebody began it at `since` and left no answer. */
  | { kind: 'begun'; failures: number; since: Date }
  | { kind: 'answered'; answer: SendResult };

/** The run that a send is of. */
export type SendOwner = Pick<SendPlace, 'account_uuid' | 'run_uuid'>;

/** What a send is, from its claim on. */
export interface SendPlace {
  run_uuid: string;
  account_uuid: string;
  mode: Mode;
  channel: Channel;
  /** By which it goes, also where the run names none. */
  connector_uuid: string | null;
}

/** What something cost, in the smallest unit of its currency. */
export interface Cost {
  amount: number;
  currency: string;
}

export interface StoredSend extends SendPlace {
  key: string;
  /** The last word of its provider, null while there is none. */
  receipt: Receipt['status'] | null;
  /** Told by the answer or by a callback. */
  provider_id: string | null;
}

interface SendDocument extends SendPlace {
  _id: string;
  at: Date;
  /** Whether a try may have reached the provider. */
  begun: boolean;
  failures: number;
  answer: SendResult | null;
  cost: Cost | null;
  /** What callbacks told. */
  told: { provider_id: string; receipt: Receipt['status'] | null; at: Date } | null;
}

/** Usage is asked for by month, for the year that is past. */
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

  /** Takes a send in hand. Call before the provider is. */
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

  /** What became of a send, null where that isn't known yet. */
  async findAnswer(owner: SendOwner, key: string): Promise<SendResult | null> {
    const found = await this.sends.findOne(sendOf(owner, key), { projection: { answer: 1 } });
    return found?.answer ?? null;
  }

  /** Keeps an answer; the first one stands. */
  async answer(owner: SendOwner, key: string, answer: SendResult): Promise<void> {
    await this.sends.updateOne({ ...sendOf(owner, key), answer: null }, { $set: { answer } });
  }

  /** Keeps what a message cost, as its provider told. */
  async storeCost(owner: SendOwner, key: string, cost: Cost): Promise<void> {
    await this.sends.updateOne(sendOf(owner, key), { $set: { cost } });
  }

  /** Counts a try that failed for the moment. Where the message surely did not go out, the next needs to ask nobody. */
  async countFailure(owner: SendOwner, key: string, isCertain: boolean): Promise<void> {
    const certain = isCertain ? { $set: { begun: false } } : {};
    const filter = { ...sendOf(owner, key), answer: null };
    await this.sends.updateOne(filter, { $inc: { failures: 1 }, ...certain });
  }

  /** Returns an account's sends by our keys; those that nobody claimed are missing. */
  async findAll(account_uuid: string, keys: readonly string[]): Promise<StoredSend[]> {
    const found = await this.sends.find({ _id: { $in: [...keys] }, account_uuid }).toArray();
    return found.map(({ _id: key, answer, told, ...place }) => ({
      ...{ key, ...place },
      receipt: told?.receipt ?? null,
      provider_id: told?.provider_id ?? answer?.provider_id ?? null,
    }));
  }

  /** Keeps what a provider told of a send; its last word stands. */
  async recordReceipt(
    { key, ...owner }: SendOwner & { key: string },
    provider_id: string,
    receipt: Receipt['status'] | null,
  ): Promise<void> {
    const told = { provider_id, receipt, at: new Date() };
    const filter = { ...sendOf(owner, key), 'told.receipt': null };
    await this.sends.updateOne(filter, { $set: { told } });
  }

  /** The provider's id of a send that a callback told; null where none came. */
  async providerIdOf(owner: SendOwner, key: string): Promise<string | null> {
    const found = await this.sends.findOne(sendOf(owner, key), { projection: { told: 1 } });
    return found?.told?.provider_id ?? null;
  }

  /** The providers' ids of a run's sends, as far as they are known. */
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
