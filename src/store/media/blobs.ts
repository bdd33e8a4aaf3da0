/** Where sealed bytes of files lie: GridFS, or a bucket. What they are is kept elsewhere. */

/** Ids begin with the account: `<account uuid>/<id>`. */
export interface Blobs {
  /** Stores them whole or not at all. @throws BlobsUnavailable, or what `bytes` throws. */
  put(id: string, bytes: AsyncIterable<Buffer>): Promise<void>;
  /** Null where there are none. @throws BlobsUnavailable. */
  get(id: string): Promise<AsyncIterable<Buffer> | null>;
  /** Also what was left behind halfway; those that aren't there are no fault. @throws BlobsUnavailable. */
  remove(id: string): Promise<void>;
}

/** Its name tells `isStoreUnavailable`. */
export class BlobsUnavailable extends Error {
  override readonly name = 'BlobsUnavailable';
}
