/** What is kept of people across runs, beside the runs that name them: from when on they begin anew. */
import { Schema, type Connection, type Model } from 'mongoose';
import type { AccountScope } from '../account-scope';

interface PersonDocument {
  _id: string;
  account_uuid: string;
  forgotten_at: Date;
}

const schema = new Schema<PersonDocument>(
  {
    _id: { type: String, required: true },
    account_uuid: { type: String, required: true },
    forgotten_at: { type: Date, required: true },
  },
  { versionKey: false, collection: 'people' },
);

export class PeopleStore {
  private readonly people: Model<PersonDocument>;

  constructor(connection: Connection) {
    this.people = connection.model<PersonDocument>('Person', schema);
  }

  /** Until when whatever was enrolled of a person counts no more; null where nothing was forgotten. */
  async forgottenAt(tenant: AccountScope, uuid: string): Promise<Date | null> {
    const { account_uuid } = tenant;
    const filter = { _id: idOf(tenant, uuid), account_uuid };
    const found = await this.people.findOne(filter).lean<PersonDocument | null>();
    return found?.forgotten_at ?? null;
  }

  /** Forgets what was enrolled of a person until now. */
  async forget(tenant: AccountScope, uuid: string): Promise<void> {
    const { account_uuid } = tenant;
    await this.people.updateOne(
      { _id: idOf(tenant, uuid), account_uuid },
      { $set: { forgotten_at: new Date() } },
      { upsert: true },
    );
  }
}

function idOf({ account_uuid, mode }: AccountScope, uuid: string): string {
  return `${account_uuid}/${mode}/${uuid}`;
}
