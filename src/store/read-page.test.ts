import { MAX_PAGE_BYTES, readPage } from './read-page';

/** A cursor over items of these sizes. */
async function* cursorOf(sizes: readonly number[]) {
  for (const size of sizes) yield await Promise.resolve(size);
}
const read = (sizes: number[], limit: number) => readPage(cursorOf(sizes), limit, (size) => size);

test.each([
  ['has all items', [1, 2], 2, [1, 2], false],
  ['ends at its number of items', [1, 2, 3], 2, [1, 2], true],
  ['ends before the item that exceeds its bytes', [1, MAX_PAGE_BYTES], 9, [1], true],
  ['has an item that is too large alone', [MAX_PAGE_BYTES + 1, 1], 9, [MAX_PAGE_BYTES + 1], true],
  ['is empty', [], 9, [], false],
])('a page %s', async (_what, sizes, limit, items, hasMore) => {
  expect(await read(sizes, limit)).toEqual({ items, hasMore });
});
