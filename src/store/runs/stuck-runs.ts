/** Stores which runs have events that MongoDB refuses, so that staff find them. */
import { Schema, type Connection, type Model } from 'mongoose';
import type { Mode } from '../../domain/run/events';
import type { AccountScope, RunRef } from '../account-scope';

/** Why the events of a run can't be stored. */
export type StuckCause = 'projection_too_large' | 'projection_invalid' | 'projection_gap';

export interface StuckRun {
  run_uuid: string;
  cause: StuckCause;
  since: Date;
}

interface StuckDocument {
  _id: string;
  account_uuid: string;
  mode: Mode;
  cause: StuckCause;
  /** Number of the last event that was refused. */
  number: number;
  since: Date;
}

const schema = new Schema<StuckDocument>(
  {
    _id: { type: String, required: true },
    account_uuid: { type: String, required: true },
    mode: { type: String, required: true },
    cause: { type: String, required: true },
    number: { type: Number, required: true },
    since: { type: Date, required: true },
  },
  { versionKey: false, collection: 'stuck_runs' },
);
// The shard key; see `run-document.ts`.
schema.index({ account_uuid: 1, _id: 1 });
schema.index({ account_uuid: 1, mode: 1, since: -1, _id: -1 });

export class StuckRunStore {
  private readonly model: Model<StuckDocument>;
  private readonly documents;
  private readonly runs;

  constructor(connection: Connection) {
    this.model = connection.model<StuckDocument>('StuckRun', schema);
    this.documents = connection.collection<StuckDocument>('stuck_runs');
    this.runs = connection.collection<{ _id: string; account_uuid: string; number: number }>(
      'runs',
    );
  }

  async createIndexes(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Records that MongoDB refused a run's events up to `number`. Returns true if the run was not recorded before. */
  async add(
    { uuid: _id, account_uuid, mode }: RunRef & AccountScope,
    { number, cause }: Pick<StuckDocument, 'number' | 'cause'>,
  ): Promise<boolean> {
    const result = await this.documents.updateOne(
      { _id, account_uuid },
      { $set: { number, cause }, $setOnInsert: { mode, since: new Date() } },
      { upsert: true },
    );
    return result.upsertedCount === 1;
  }

  /** Lists the runs that are still stuck, newest first. Removes those whose events were stored since. */
  async list(
    { account_uuid, mode }: AccountScope,
    { skip, limit }: { skip: number; limit: number },
  ): Promise<StuckRun[]> {
    await this.removeStored({ account_uuid, mode });
    const found = await this.documents
      .find({ account_uuid, mode })
      .sort({ since: -1, _id: -1 })
      .skip(skip)
      .limit(limit)
      .toArray();
    return found.map(({ _id: run_uuid, cause, since }) => ({ run_uuid, cause, since }));
  }

  private async removeStored({ account_uuid, mode }: AccountScope): Promise<void> {
    for await (const { _id, number } of this.documents.find({ account_uuid, mode })) {
      const isStored = { _id, account_uuid, number: { $gte: number } };
      if ((await this.runs.findOne(isStored, { projection: { _id: 1 } })) === null) continue;
      await this.documents.deleteOne({ _id, account_uuid, number });
    }
  }
}
