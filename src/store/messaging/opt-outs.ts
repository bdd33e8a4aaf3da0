/** Phones that opted out, by account and line. Stores keyed hashes of phones. */
import { Schema, type Connection, type Model } from 'mongoose';
import type { Keyring } from '../../platform/crypto/keyring';
import { keyedHash, keyedHashes } from '../../platform/crypto/secrets';

interface OptOutDocument {
  _id: string;
  account_uuid: string;
  /** Senders that may not write to the phone. */
  lines: string[];
  at: Date;
}

/** Stands for every sender of the account. */
const ALL_LINES = '*';

const schema = new Schema<OptOutDocument>(
  {
    _id: { type: String, required: true },
    account_uuid: { type: String, required: true },
    lines: { type: [String], required: true },
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

  /** Records that a phone (in canonical form) may not be written to by some lines; by none if no line is named. */
  async add(account_uuid: string, phone: string, lines: readonly string[]): Promise<void> {
    const filter = { _id: keyedHash(this.ring, purposeOf(account_uuid), phone), account_uuid };
    const added = { $each: lines.length === 0 ? [ALL_LINES] : [...lines] };
    const update = { $setOnInsert: { at: new Date() }, $addToSet: { lines: added } };
    await this.optOuts.updateOne(filter, update, { upsert: true });
  }

  /** Records that a phone may be written to again by some lines; by every one if no line is named. */
  async remove(account_uuid: string, phone: string, lines: readonly string[]): Promise<void> {
    const filter = this.filterOf(account_uuid, phone);
    if (lines.length > 0) {
      await this.optOuts.updateMany(filter, { $pullAll: { lines: [...lines, ALL_LINES] } });
    }
    await this.optOuts.deleteMany(lines.length > 0 ? { ...filter, lines: { $size: 0 } } : filter);
  }

  /** Returns true if a phone may not be written to by a line; for null, by any line. */
  async isOptedOut(account_uuid: string, phone: string, line: string | null): Promise<boolean> {
    const filter = this.filterOf(account_uuid, phone);
    const found = await this.optOuts.find(filter, { lines: 1 }).lean();
    const lines = found.flatMap((each) => each.lines);
    if (line === null) return lines.length > 0;
    return lines.includes(line) || lines.includes(ALL_LINES);
  }

  private filterOf(account_uuid: string, phone: string) {
    const hashes = keyedHashes(this.ring, purposeOf(account_uuid), phone);
    return { _id: { $in: [...hashes] }, account_uuid };
  }
}

function purposeOf(accountUuid: string): string {
  return `opt-out/${accountUuid}`;
}
