/**
 * Counts sends and code attempts of all processes. Ids are keyed hashes; each document covers one UTC day and expires.
 */
import { Schema, type Connection, type Model } from 'mongoose';

const DAY_MS = 24 * 60 * 60_000;
/** Length of a counting slot, in milliseconds. */
export const SLOT_MS = 10 * 60_000;

/** Key of a counter; `id` is unique within the account (see `spending-ids`). */
export interface SpendingId {
  account_uuid: string;
  id: string;
}

/** Times in milliseconds since the epoch, by the key of what was spent. */
export type Spent = Readonly<Record<string, number>>;

/** Counts by the slot's number since the epoch. */
type Slots = Readonly<Record<string, number>>;

export interface SpendingTotals {
  sends: Slots;
  verified: Slots;
  /** Time until which sends are blocked, in milliseconds since the epoch; 0 if not blocked. */
  open_until: number;
}

interface SpendingDocument {
  _id: string;
  account_uuid: string;
  expires_at: Date;
  /** Counts of a destination: each key once. */
  spent?: Spent;
  /** Counts shared by many destinations. */
  sends?: Slots;
  verified?: Slots;
  open_until?: number;
}

const schema = new Schema<SpendingDocument>(
  {
    _id: { type: String, required: true },
    account_uuid: { type: String, required: true },
    expires_at: { type: Date, required: true },
    spent: Schema.Types.Mixed,
    sends: Schema.Types.Mixed,
    verified: Schema.Types.Mixed,
    open_until: Number,
  },
  { versionKey: false, collection: 'spending' },
);
schema.index({ expires_at: 1 }, { expireAfterSeconds: 0 });
schema.index({ open_until: 1 }, { sparse: true });

export class SpendingStore {
  private readonly model: Model<SpendingDocument>;
  private readonly spending;

  constructor(connection: Connection) {
    this.model = connection.model<SpendingDocument>('Spending', schema);
    this.spending = connection.collection<SpendingDocument>('spending');
  }

  async createIndexes(): Promise<void> {
    await this.model.createIndexes();
  }

  /**
   * Records a spending, once for its key. Returns the earlier ones of today, identical on every retry and independent
   * of clocks: MongoDB adds new fields after existing ones
   * (https://www.mongodb.com/docs/manual/reference/operator/update/set/#behavior).
   */
  async spend(id: SpendingId, key: string, now: number): Promise<Spent> {
    const after = await this.spending.findOneAndUpdate(
      ofDay(id, now),
      { $min: { [`spent.${key}`]: now }, $setOnInsert: { expires_at: expiryOf(now) } },
      { upsert: true, returnDocument: 'after' },
    );
    const found = after ?? (await this.readTotals(id, now));
    const noted = Object.entries(found?.spent ?? {});
    const place = noted.findIndex(([name]) => name === key);
    return Object.fromEntries(place < 0 ? noted : noted.slice(0, place));
  }

  /**
   * Reads the totals separately: the embedded server returns no document from an update if a concurrent one created it.
   */
  private readTotals(id: SpendingId, now: number): Promise<SpendingDocument | null> {
    return this.spending.findOne(ofDay(id, now));
  }

  /** Removes a spending. */
  async refund(id: SpendingId, key: string, now: number): Promise<void> {
    const unset = { $unset: { [`spent.${key}`]: 1 as const } };
    await this.spending.updateOne(ofDay(id, now), unset);
  }

  /** Counts one send or verification. Returns the totals including it. */
  async count(id: SpendingId, what: 'sends' | 'verified', now: number): Promise<SpendingTotals> {
    const after = await this.spending.findOneAndUpdate(
      ofDay(id, now),
      {
        $inc: { [`${what}.${slotStart(now)}`]: 1 },
        $setOnInsert: { expires_at: expiryOf(now) },
      },
      { upsert: true, returnDocument: 'after' },
    );
    return tallyOf(after ?? (await this.readTotals(id, now)));
  }

  /** Returns today's totals of several ids of an account, by `id`. */
  async read(
    account_uuid: string,
    ids: readonly SpendingId[],
    now: number,
  ): Promise<Map<string, SpendingTotals & { spent: Spent }>> {
    const dated = new Map(ids.map((each) => [ofDay(each, now)._id, each.id]));
    const found = await this.spending
      .find({ _id: { $in: [...dated.keys()] }, account_uuid })
      .toArray();
    return new Map(
      found.map((each) => [
        dated.get(each._id) ?? '',
        { ...tallyOf(each), spent: each.spent ?? {} },
      ]),
    );
  }

  /** Blocks an id until a time, which may be tomorrow. */
  async close(id: SpendingId, until: number, now: number): Promise<void> {
    for (const day of [now, now + DAY_MS]) {
      await this.spending.updateOne(
        ofDay(id, day),
        { $set: { open_until: until }, $setOnInsert: { expires_at: expiryOf(day) } },
        { upsert: true },
      );
    }
  }

  /** Unblocks a prefix early. */
  async open(id: SpendingId, now: number): Promise<void> {
    await this.close(id, 0, now);
  }

  /** Counts the blocked prefixes of all accounts. */
  async countClosed(now: number): Promise<number> {
    const found = await this.spending
      .find({ open_until: { $gt: now } }, { projection: { _id: 1 } })
      .toArray();
    // One blocked across midnight has two documents.
    return new Set(found.map(({ _id }) => _id.slice(0, _id.lastIndexOf('/')))).size;
  }
}

export function slotStart(time: number): number {
  return Math.floor(time / SLOT_MS);
}

/** Returns the end of a time's UTC day. */
export function endOfDay(time: number): number {
  return (Math.floor(time / DAY_MS) + 1) * DAY_MS;
}

/** Returns the filter for an id's document on the UTC day of a time. */
function ofDay({ account_uuid, id }: SpendingId, time: number) {
  return { _id: `${id}/${Math.floor(time / DAY_MS)}`, account_uuid };
}

/** Returns the expiry: one day after the document's own, when nothing reads it. */
function expiryOf(time: number): Date {
  return new Date(endOfDay(time) + DAY_MS);
}

function tallyOf(document: SpendingDocument | null): SpendingTotals {
  const { sends = {}, verified = {}, open_until = 0 } = document ?? {};
  return { sends, verified, open_until };
}
