import { answerOf } from './errors';

/** Query of one page of a list. */
export interface PageQuery {
  per_page: number;
  page?: number;
  cursor?: string;
}

interface Answered<Item> {
  data?: { success: true; result: Item[] | { data: Item[]; next_page_url: string | null } };
  error?: unknown;
  response: Response;
}

const PER_PAGE = 100;

/**
 * Iterates over all items of a list, page by page. Skips items that a new item has moved from one page to the next.
 *
 * @param fetchPage the call with the page in its query: `(page) => api.GET('/v1/nips', { params: { query: page } })`
 * @param perPage items of a page, 1 to 100
 * @throws CercioraError.
 */
export async function* eachItem<Item>(
  fetchPage: (page: PageQuery) => Promise<Answered<Item>>,
  perPage: number = PER_PAGE,
): AsyncGenerator<Item, void, undefined> {
  let query: PageQuery | null = { per_page: perPage };
  let before = new Set<unknown>();
  for (let page = 2; query !== null; page += 1) {
    const { items, next }: FetchedPage<Item> = await readPage(fetchPage(query), query, page);
    for (const item of items) if (!before.has(uuidOf(item))) yield item;
    before = new Set(items.map(uuidOf).filter((uuid) => uuid !== undefined));
    query = next;
  }
}

interface FetchedPage<Item> {
  items: Item[];
  /** Query of the next page; null for the last one. */
  next: PageQuery | null;
}

/** Reads an answer. `number`: that of the next page. @throws CercioraError. */
async function readPage<Item>(
  call: Promise<Answered<Item>>,
  { per_page, cursor: previous }: PageQuery,
  number: number,
): Promise<FetchedPage<Item>> {
  const { result, response } = await answerOf(call);
  const byNumber = { per_page, page: number };
  if (!Array.isArray(result)) {
    return { items: result.data, next: result.next_page_url === null ? null : byNumber };
  }
  const cursor = response.headers.get('X-Next-Cursor');
  if (cursor !== null) return { items: result, next: { per_page, cursor } };
  // A list by cursor ends without one. Any other array doesn't tell: a full one may have a successor.
  const isLast = previous !== undefined || result.length < per_page;
  return { items: result, next: isLast ? null : byNumber };
}

function uuidOf(item: unknown): unknown {
  return typeof item === 'object' && item !== null && 'uuid' in item ? item.uuid : undefined;
}
