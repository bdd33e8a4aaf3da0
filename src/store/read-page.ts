/** Reads pages of lists, which have a limit in bytes beside their number of items. */

/**
 * Bytes of stored documents in one page: a hundred of 20 KiB. Decoding, decrypting and serializing a page takes the
 * process about 60 ms for each MiB.
 */
export const MAX_PAGE_BYTES = 2 * 1024 * 1024;

/** Items of a page in order. `hasMore`: others follow. */
export interface StoredPage<Item> {
  items: Item[];
  hasMore: boolean;
}

/**
 * Reads a page from a cursor: at most `limit` items, and at most `MAX_PAGE_BYTES` unless the first alone has more.
 * `sizeOf` returns the bytes of a document. Open the cursor for `limit + 1` documents.
 */
export async function readPage<Item>(
  cursor: AsyncIterable<Item>,
  limit: number,
  sizeOf: (item: Item) => number,
): Promise<StoredPage<Item>> {
  const items: Item[] = [];
  let bytes = 0;
  for await (const item of cursor) {
    bytes += sizeOf(item);
    const isFull = items.length === limit || (items.length > 0 && bytes > MAX_PAGE_BYTES);
    if (isFull) return { items, hasMore: true };
    items.push(item);
  }
  return { items, hasMore: false };
}
