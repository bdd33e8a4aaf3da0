/** Stores sealed bytes of files: in GridFS or a bucket. Their metadata is stored elsewhere. */

/** Ids begin with the account: `<account uuid>/<id>`. */
export interface Blobs {
  /** Stores all bytes or none. @throws BlobsUnavailable, or the error of `bytes`. */
  put(id: string, bytes: AsyncIterable<Buffer>): Promise<void>;
  /** Returns the bytes; null if there are none. @throws BlobsUnavailable. */
  get(id: string): Promise<AsyncIterable<Buffer> | null>;
  /** Removes the bytes, including incomplete ones. Missing bytes are no error. @throws BlobsUnavailable. */
  remove(id: string): Promise<void>;
}

/** Recognized by `isStoreUnavailable` by its name. */
export class BlobsUnavailable extends Error {
  override readonly name = 'BlobsUnavailable';
}
