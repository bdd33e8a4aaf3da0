/** Phones that asked not to be written to, by account; kept as keyed hashes. */
import { Schema, type Connection, type Model } from 'mongoose';
import type { Keyring } from '../crypto/keyring';
import { keyedHash, keyedHashes } from '../crypto/secrets';

interface OptOutDocument {
  _id: string;
  at: Date;
}

const schema = new Schema<OptOutDocument>(
  { _id: { type: String, required: true }, at: { type: Date, required: true } },
  { versionKey: false, collection: 'opt_outs' },
);

export class OptOutStore {
  private readonly optOuts: Model<OptOutDocument>;

  constructor(
    connection: Connection,
    private readonly ring: Keyring,
  ) {
    this.optOuts = connection.model<OptOutDocument>('OptOut', schema);
  }

  /** `phone` in E.164, as `currentPhone` has it. */
  async add(accountUuid: string, phone: string): Promise<void> {
    const _id = keyedHash(this.ring, purposeOf(accountUuid), phone);
    await this.optOuts.updateOne({ _id }, { $setOnInsert: { at: new Date() } }, { upsert: true });
  }

  async remove(accountUuid: string, phone: string): Promise<void> {
    const hashes = keyedHashes(this.ring, purposeOf(accountUuid), phone);
    await this.optOuts.deleteMany({ _id: { $in: [...hashes] } });
  }

  async has(accountUuid: string, phone: string): Promise<boolean> {
    const hashes = keyedHashes(this.ring, purposeOf(accountUuid), phone);
    const found = await this.optOuts.findOne({ _id: { $in: [...hashes] } }, { _id: 1 }).lean();
    return found !== null;
  }
}

function purposeOf(accountUuid: string): string {
  return `opt-out/${accountUuid}`;
}
