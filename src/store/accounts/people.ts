/** Stores data of people across runs: the time from which their enrolments count. */
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

  /** Enrolments before this time are ignored. Null if the person was never forgotten. */
  async forgottenAt(tenant: AccountScope, uuid: string): Promise<Date | null> {
    const { account_uuid } = tenant;
    const filter = { _id: idOf(tenant, uuid), account_uuid };
    const found = await this.people.findOne(filter).lean<PersonDocument | null>();
    return found?.forgotten_at ?? null;
  }

  /** Makes all enrolments of a person so far ignored. */
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
