/** Sends, claimed before they are made: what was begun by a worker that died is asked for before it is made again. */
import { Schema, type Connection, type Model } from 'mongoose';
import type { SendAnswer } from '../nips/messages';

export type SendClaim =
  /** `failures`: earlier tries that the provider turned down for the moment. */
  | { kind: 'new'; failures: number }
  /** Somebody began it and left no answer. */
  | { kind: 'begun'; failures: number }
  | { kind: 'answered'; answer: SendAnswer };

interface SendDocument {
  _id: string;
  run_uuid: string;
  at: Date;
  /** Whether a try may have reached the provider. */
  begun: boolean;
  failures: number;
  answer: SendAnswer | null;
}

/** Far longer than any try of a send may come after the first. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;

const schema = new Schema<SendDocument>(
  {
    _id: { type: String, required: true },
    run_uuid: { type: String, required: true },
    at: { type: Date, required: true },
    begun: { type: Boolean, required: true },
    failures: { type: Number, required: true },
    answer: { type: Schema.Types.Mixed, default: null },
  },
  { versionKey: false, collection: 'sends' },
);
schema.index({ run_uuid: 1 });
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export class SendStore {
  private readonly sends: Model<SendDocument>;

  constructor(connection: Connection) {
    this.sends = connection.model<SendDocument>('Send', schema);
  }

  async createIndexes(): Promise<void> {
    await this.sends.createIndexes();
  }

  /** Takes a send in hand. Call before the provider is. */
  async claim(key: string, runUuid: string): Promise<SendClaim> {
    const fresh = { run_uuid: runUuid, at: new Date(), failures: 0, answer: null };
    const before = await this.sends.findOneAndUpdate(
      { _id: key },
      { $setOnInsert: fresh, $set: { begun: true } },
      { upsert: true, returnDocument: 'before', lean: true },
    );
    if (before === null) return { kind: 'new', failures: 0 };
    const { answer, begun, failures } = before as SendDocument;
    if (answer !== null) return { kind: 'answered', answer };
    return { kind: begun ? 'begun' : 'new', failures };
  }

  /** What became of a send, null where that isn't known yet. */
  async findAnswer(key: string): Promise<SendAnswer | null> {
    const found = await this.sends.findById(key, { answer: 1 }).lean<SendDocument | null>();
    return found?.answer ?? null;
  }

  /** Keeps an answer; the first one stands. */
  async answer(key: string, answer: SendAnswer): Promise<void> {
    await this.sends.updateOne({ _id: key, answer: null }, { $set: { answer } });
  }

  /** Counts a try that failed for the moment. Where the message surely did not go out, the next needs to ask nobody. */
  async countFailure(key: string, isCertain: boolean): Promise<void> {
    const certain = isCertain ? { $set: { begun: false } } : {};
    await this.sends.updateOne({ _id: key, answer: null }, { $inc: { failures: 1 }, ...certain });
  }
}
