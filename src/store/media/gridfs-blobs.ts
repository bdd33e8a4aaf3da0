/** Stores blobs in MongoDB with GridFS (https://www.mongodb.com/docs/manual/core/gridfs/). */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import mongoose, { type Connection } from 'mongoose';
import { BlobsUnavailable, type Blobs } from './blobs';

const BUCKET = 'media_bytes';

export class GridFsBlobs implements Blobs {
  constructor(private readonly connection: Connection) {}

  async put(id: string, bytes: AsyncIterable<Buffer>): Promise<void> {
    const file = this.bucket().openUploadStreamWithId(idOf(id), id);
    try {
      await pipeline(Readable.from(bytes, { objectMode: false }), file);
    } catch (error) {
      await this.remove(id).catch(() => undefined);
      throw error;
    }
  }

  async get(id: string): Promise<AsyncIterable<Buffer> | null> {
    const found = await this.database()
      .collection(`${BUCKET}.files`)
      .findOne({ _id: idOf(id) });
    return found === null ? null : this.bucket().openDownloadStream(idOf(id));
  }

  /** Deletes the chunks as well: the bucket's own deletion misses chunks of an unfinished file. */
  async remove(id: string): Promise<void> {
    const database = this.database();
    await database.collection(`${BUCKET}.files`).deleteOne({ _id: idOf(id) });
    await database.collection(`${BUCKET}.chunks`).deleteMany({ files_id: idOf(id) });
  }

  private bucket() {
    return new mongoose.mongo.GridFSBucket(this.database(), { bucketName: BUCKET });
  }

  private database() {
    const { db } = this.connection;
    if (db === undefined) throw new BlobsUnavailable('MongoDB is not connected yet.');
    return db;
  }
}

/** Types an id for the bucket. GridFS stores ids of any type. */
function idOf(id: string) {
  return id as unknown as mongoose.mongo.ObjectId;
}
