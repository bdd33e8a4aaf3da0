/**
 * Uploaded files: what they are, and their bytes sealed under the key of their run. Bytes come first and the run hears of
 * them afterwards, so each file is unconfirmed until it is known that the run took it; what stays so is swept away.
 */
import { randomUUID } from 'node:crypto';
import { Schema, type Connection, type Model } from 'mongoose';
import type { Config } from '../../platform/config';
import { openStream, sealStream } from '../../platform/crypto/seal-stream';
import type { AddedMedia, Mode } from '../../domain/run/events';
import type { Blobs } from './blobs';
import { isDuplicateKey } from '../connection';
import { GridFsBlobs } from './gridfs-blobs';
import type { RunErasure } from '../runs/run-erasure';
import { S3Blobs } from './s3-blobs';
import type { RunRef } from '../account-scope';
import { forEachIsolated } from '../for-each-isolated';

export type MediaConfig = Pick<
  Config,
  | 'MEDIA_STORAGE'
  | 'S3_BUCKET'
  | 'S3_REGION'
  | 'S3_ENDPOINT'
  | 'S3_ACCESS_KEY_ID'
  | 'S3_SECRET_ACCESS_KEY'
>;

/** Whose a file is. */
export interface MediaPlace {
  account_uuid: string;
  mode: Mode;
  run_uuid: string;
  step_uuid: string;
}

export interface StoredMedia extends MediaPlace {
  /** Of its bytes; the file's own uuid is given once its request is known to be the first. */
  _id: string;
  media_uuid?: string;
  storage: MediaConfig['MEDIA_STORAGE'];
  created_at: Date;
  /** Absent once the run took it. */
  unconfirmed_since?: Date;
  /** It is being removed: set first, so that bytes that are still coming are not left without it. */
  is_removed?: true;
}

/** A file was removed while its bytes came, with its run. */
export class MediaRemoved extends Error {
  override readonly name = 'MediaRemoved';
}

/** The files that a run took. */
type TakenBy = (place: MediaPlace) => Promise<readonly Pick<AddedMedia, 'media_uuid'>[]>;

const schema = new Schema<StoredMedia>(
  {
    _id: { type: String, required: true },
    account_uuid: { type: String, required: true },
    mode: { type: String, required: true },
    run_uuid: { type: String, required: true },
    step_uuid: { type: String, required: true },
    media_uuid: { type: String },
    storage: { type: String, required: true },
    created_at: { type: Date, required: true },
    unconfirmed_since: { type: Date },
    is_removed: { type: Boolean },
  },
  { versionKey: false, collection: 'media' },
);
const partialFilterExpression = { media_uuid: { $exists: true } };
// Within its run, which is the shard key: a unique index of a sharded collection begins with that.
schema.index(
  { account_uuid: 1, run_uuid: 1, media_uuid: 1 },
  { unique: true, partialFilterExpression },
);
schema.index({ account_uuid: 1, media_uuid: 1 }, { partialFilterExpression });
schema.index({ account_uuid: 1, run_uuid: 1 });
schema.index({ unconfirmed_since: 1 }, { sparse: true });

export class MediaStore {
  private readonly model: Model<StoredMedia>;
  private readonly documents;
  private readonly storages: Record<MediaConfig['MEDIA_STORAGE'], Blobs>;
  private readonly storage: MediaConfig['MEDIA_STORAGE'];

  constructor(
    private readonly connection: Connection,
    config: Partial<MediaConfig>,
    private readonly erasures: Pick<RunErasure, 'hasBegun'>,
  ) {
    this.model = connection.model<StoredMedia>('Media', schema);
    this.documents = connection.collection<StoredMedia>('media');
    const { S3_REGION = 'us-east-1', MEDIA_STORAGE = 'gridfs' } = config;
    // Both can be read: what was stored before the setting was changed lies where it did.
    this.storages = {
      gridfs: new GridFsBlobs(connection),
      s3: new S3Blobs({ ...config, S3_REGION }),
    };
    this.storage = MEDIA_STORAGE;
  }

  async createIndexes(): Promise<void> {
    await this.model.createIndexes();
  }

  /**
   * Seals and stores bytes as they come; answers their id. Where they don't come to their end nothing is left.
   * @throws MediaRemoved where the run was erased meanwhile; the same.
   */
  async write(place: MediaPlace, key: Buffer, bytes: AsyncIterable<Buffer>): Promise<string> {
    const [id, now, { storage }] = [randomUUID(), new Date(), this];
    const stored = { _id: id, ...place, storage, created_at: now, unconfirmed_since: now };
    await this.documents.insertOne(stored);
    try {
      const sealed = sealStream(key, bytes, placeOf(place.run_uuid, id));
      await this.storages[storage].put(blobOf(stored), sealed);
      const isErased = await this.erasures.hasBegun(runOf(place));
      if (isErased || !(await this.isConfirmed(stored)))
        throw new MediaRemoved('The file was removed meanwhile.');
    } catch (error) {
      // Its document may be gone already, and its bytes have come since.
      await this.remove(stored).catch(() => undefined);
      throw error;
    }
    return id;
  }

  /** Gives bytes the uuid of their file, unless those of an earlier try have it. */
  async assignName(run: RunRef, id: string, mediaUuid: string): Promise<void> {
    try {
      const filter = { _id: id, ...ofRun(run) };
      await this.documents.updateOne(filter, { $set: { media_uuid: mediaUuid } });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** The run took it. */
  async confirm(run: RunRef, media_uuid: string): Promise<void> {
    const filter = { ...ofRun(run), media_uuid };
    await this.documents.updateOne(filter, { $unset: { unconfirmed_since: 1 } });
  }

  async find(account_uuid: string, media_uuid: string): Promise<StoredMedia | null> {
    return this.documents.findOne({ account_uuid, media_uuid });
  }

  /** The bytes as they were uploaded, null where they are gone. */
  async read(stored: StoredMedia, key: Buffer): Promise<AsyncIterable<Buffer> | null> {
    const sealed = await this.storages[stored.storage].get(blobOf(stored));
    return sealed === null ? null : openStream(key, sealed, placeOf(stored.run_uuid, stored._id));
  }

  /** Removes bytes that no file came of. */
  async removeUnnamed(run: RunRef, id: string): Promise<void> {
    const found = await this.documents.findOne({ _id: id, ...ofRun(run) });
    if (found !== null && found.media_uuid === undefined) await this.remove(found);
  }

  /** Removes a file that its run refused. */
  async removeNamed(run: RunRef, media_uuid: string): Promise<void> {
    const found = await this.documents.findOne({ ...ofRun(run), media_uuid });
    if (found !== null) await this.remove(found);
  }

  /** Removes whatever was uploaded to a run. Safe to repeat. */
  async removeAll(run: RunRef): Promise<number> {
    const all = await this.documents.find(ofRun(run)).toArray();
    for (const each of all) await this.remove(each);
    return all.length;
  }

  /**
   * Decides on what has been unconfirmed in any account since before a time: files that their runs took are confirmed, the others removed.
   * Safe to repeat, and for several processes at once. One that can't be settled holds up none of the others.
   * @throws Error at the end, where there were such.
   */
  async sweep(before: Date, takenBy: TakenBy): Promise<number> {
    // A cursor, unlike other calls, doesn't wait for the connection.
    await this.connection.asPromise();
    const left = this.documents.find({ unconfirmed_since: { $lt: before } });
    let removed = 0;
    await forEachIsolated(
      left,
      async (each) => {
        if (await this.confirmOrRemove(each, takenBy)) removed += 1;
      },
      (faults) => `${faults} files could not be settled, ${removed} were removed`,
    );
    return removed;
  }

  /** Confirms a file or removes it; true where it is removed. */
  private async confirmOrRemove(each: StoredMedia, takenBy: TakenBy): Promise<boolean> {
    const { media_uuid } = each;
    const taken = media_uuid === undefined ? [] : await takenBy(each);
    if (media_uuid !== undefined && taken.some((one) => one.media_uuid === media_uuid)) {
      await this.confirm(runOf(each), media_uuid);
      return false;
    }
    await this.remove(each);
    return true;
  }

  private async isConfirmed(stored: StoredMedia): Promise<boolean> {
    const filter = { ...byId(stored), is_removed: { $exists: false } };
    return (await this.documents.findOne(filter, { projection: { _id: 1 } })) !== null;
  }

  /** Bytes first: what says where they are goes last. */
  private async remove(stored: StoredMedia): Promise<void> {
    await this.documents.updateOne(byId(stored), { $set: { is_removed: true } });
    await this.storages[stored.storage].remove(blobOf(stored));
    await this.documents.deleteOne(byId(stored));
  }
}

function placeOf(runUuid: string, id: string): string {
  return `run/${runUuid}/media/${id}`;
}

/** Bytes are stored under their account: neither GridFS nor a bucket has a field for it. */
function blobOf({ account_uuid, _id }: StoredMedia): string {
  return `${account_uuid}/${_id}`;
}

function byId({ _id, account_uuid, run_uuid }: StoredMedia) {
  return { _id, account_uuid, run_uuid };
}

function ofRun({ account_uuid, uuid }: RunRef) {
  return { account_uuid, run_uuid: uuid };
}

function runOf({ account_uuid, run_uuid }: MediaPlace): RunRef {
  return { account_uuid, uuid: run_uuid };
}
