/**
 * Stores uploaded files: metadata, and bytes sealed under the key of their run. Bytes are stored before the run
 * receives the message, so each file is unconfirmed until the run has accepted it. Files that stay unconfirmed are
 * removed.
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

/** Account and run of a file. */
export interface MediaPlace {
  account_uuid: string;
  mode: Mode;
  run_uuid: string;
  step_uuid: string;
}

export interface StoredMedia extends MediaPlace {
  /** Id of the bytes; the file's own uuid is assigned once its request is known to be the first. */
  _id: string;
  media_uuid?: string;
  storage: MediaConfig['MEDIA_STORAGE'];
  created_at: Date;
  /** Absent once the run has accepted the file. */
  unconfirmed_since?: Date;
  /** The file is being removed. Set first, so that bytes that still arrive are removed too. */
  is_removed?: true;
}

/** Thrown if a file was removed with its run while its bytes arrived. */
export class MediaRemoved extends Error {
  override readonly name = 'MediaRemoved';
}

/** Returns the files that a run has accepted. */
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
// A unique index of a sharded collection must begin with the shard key: the account.
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
    // Reads from both storages, because the setting may have changed.
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
   * Seals and stores bytes as they arrive. Returns their id. Leaves nothing behind on an error.
   * @throws MediaRemoved if the run was erased meanwhile.
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
      // The document may have been removed before the bytes were complete.
      await this.remove(stored).catch(() => undefined);
      throw error;
    }
    return id;
  }

  /** Assigns the file's uuid to its bytes, unless those of an earlier attempt have it. */
  async assignName(run: RunRef, id: string, mediaUuid: string): Promise<void> {
    try {
      const filter = { _id: id, ...ofRun(run) };
      await this.documents.updateOne(filter, { $set: { media_uuid: mediaUuid } });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** Confirms a file that the run has accepted. */
  async confirm(run: RunRef, media_uuid: string): Promise<void> {
    const filter = { ...ofRun(run), media_uuid };
    await this.documents.updateOne(filter, { $unset: { unconfirmed_since: 1 } });
  }

  async find(account_uuid: string, media_uuid: string): Promise<StoredMedia | null> {
    return this.documents.findOne({ account_uuid, media_uuid });
  }

  /** Returns the original bytes; null if they were removed. */
  async read(stored: StoredMedia, key: Buffer): Promise<AsyncIterable<Buffer> | null> {
    const sealed = await this.storages[stored.storage].get(blobOf(stored));
    return sealed === null ? null : openStream(key, sealed, placeOf(stored.run_uuid, stored._id));
  }

  /** Removes bytes that no file has. */
  async removeUnnamed(run: RunRef, id: string): Promise<void> {
    const found = await this.documents.findOne({ _id: id, ...ofRun(run) });
    if (found !== null && found.media_uuid === undefined) await this.remove(found);
  }

  /** Removes a file that its run refused. */
  async removeNamed(run: RunRef, media_uuid: string): Promise<void> {
    const found = await this.documents.findOne({ ...ofRun(run), media_uuid });
    if (found !== null) await this.remove(found);
  }

  /** Removes all files of a run. Safe to repeat. */
  async removeAll(run: RunRef): Promise<number> {
    const all = await this.documents.find(ofRun(run)).toArray();
    for (const each of all) await this.remove(each);
    return all.length;
  }

  /**
   * Decides on files of all accounts that have been unconfirmed since before a time: confirms accepted files and
   * removes the others. Safe to repeat, and in several processes at once. Continues after a failed one.
   * @throws Error at the end if some failed.
   */
  async sweep(before: Date, takenBy: TakenBy): Promise<number> {
    // A cursor, unlike other calls, does not wait for the connection.
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

  /** Confirms a file or removes it; returns true if it was removed. */
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

  /** Removes the bytes first, and the document that refers to them last. */
  private async remove(stored: StoredMedia): Promise<void> {
    await this.documents.updateOne(byId(stored), { $set: { is_removed: true } });
    await this.storages[stored.storage].remove(blobOf(stored));
    await this.documents.deleteOne(byId(stored));
  }
}

function placeOf(runUuid: string, id: string): string {
  return `run/${runUuid}/media/${id}`;
}

/** Returns the blob id with the account in front: neither GridFS nor a bucket has a field for it. */
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
