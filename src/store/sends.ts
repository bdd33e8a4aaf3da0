/** Sends, claimed before they are made: what was begun by a worker that died is asked for before it is made again. */
import { Schema, type Connection, type Model } from 'mongoose';
import type { SendAnswer } from '../nips/messages';

export type SendClaim =
  | { kind: 'new' }
  /** Somebody began it and left no answer. */
  | { kind: 'begun' }
  | { kind: 'answered'; answer: SendAnswer };

interface SendDocument {
  _id: string;
  run_uuid: string;
  at: Date;
  answer: SendAnswer | null;
}

const schema = new Schema<SendDocument>(
  {
    _id: { type: String, required: true },
    run_uuid: { type: String, required: true },
    at: { type: Date, required: true },
    answer: { type: Schema.Types.Mixed, default: null },
  },
  { versionKey: false, collection: 'sends' },
);
schema.index({ run_uuid: 1 });

export class SendStore {
  private readonly sends: Model<SendDocument>;

  constructor(connection: Connection) {
    this.sends = connection.model<SendDocument>('Send', schema);
  }

  async createIndexes(): Promise<void> {
    await this.sends.createIndexes();
  }

  async claim(key: string, runUuid: string): Promise<SendClaim> {
    const fresh = { run_uuid: runUuid, at: new Date(), answer: null };
    const before = await this.sends.findOneAndUpdate(
      { _id: key },
      { $setOnInsert: fresh },
      { upsert: true, returnDocument: 'before', lean: true },
    );
    if (before === null) return { kind: 'new' };
    const { answer } = before as SendDocument;
    return answer === null ? { kind: 'begun' } : { kind: 'answered', answer };
  }

  async answer(key: string, answer: SendAnswer): Promise<void> {
    await this.sends.updateOne({ _id: key }, { $set: { answer } });
  }

  /** The message surely did not go out: the next try needs to ask nobody. */
  async release(key: string): Promise<void> {
    await this.sends.deleteOne({ _id: key, answer: null });
  }
}
