/** Stores phones that opted out, by account, as keyed hashes. */
import { Schema, type Connection, type Model } from 'mongoose';
import type { Keyring } from '../../platform/crypto/keyring';
import { keyedHash, keyedHashes } from '../../platform/crypto/secrets';

interface OptOutDocument {
  _id: string;
  account_uuid: string;
  at: Date;
}

const schema = new Schema<OptOutDocument>(
  {
    _id: { type: String, required: true },
    account_uuid: { type: String, required: true },
    at: { type: Date, required: true },
  },
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

  /** Adds an opt-out. `phone`: E.164, as returned by `currentPhone`. */
  async add(account_uuid: string, phone: string): Promise<void> {
    const filter = { _id: keyedHash(this.ring, purposeOf(account_uuid), phone), account_uuid };
    await this.optOuts.updateOne(filter, { $setOnInsert: { at: new Date() } }, { upsert: true });
  }

  async remove(account_uuid: string, phone: string): Promise<void> {
    const hashes = keyedHashes(this.ring, purposeOf(account_uuid), phone);
    await this.optOuts.deleteMany({ _id: { $in: [...hashes] }, account_uuid });
  }

  async isOptedOut(account_uuid: string, phone: string): Promise<boolean> {
    const hashes = keyedHashes(this.ring, purposeOf(account_uuid), phone);
    const filter = { _id: { $in: [...hashes] }, account_uuid };
    const found = await this.optOuts.findOne(filter, { _id: 1 }).lean();
    return found !== null;
  }
}

function purposeOf(accountUuid: string): string {
  return `opt-out/${accountUuid}`;
}
