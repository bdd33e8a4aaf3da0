/** A page of a list, in the format of the Workflows API. */
export interface Page<Item> {
  current_page: number;
  data: Item[];
  from: number | null;
  next_page_url: string | null;
  per_page: number;
  prev_page_url: string | null;
  to: number | null;
}

/**
 * Builds a page from its items. If it was cut at its limit in bytes, answers with fewer items per page, such that the
 * following pages begin where this one ends: whoever follows `next_page_url` misses none.
 */
export function cutPage<Item>(
  { items, hasMore }: { items: readonly Item[]; hasMore: boolean },
  asked: { page: number; per_page: number },
  url: URL,
): Page<Item> {
  const isCut = hasMore && items.length < asked.per_page;
  const page = isCut ? smallerPage(asked, items.length) : asked;
  return buildPage(items, page, { url, hasNext: hasMore || items.length > page.per_page });
}

/** Returns a page with the same first item and at most `fitting` items. */
function smallerPage({ page, per_page }: { page: number; per_page: number }, fitting: number) {
  const before = (page - 1) * per_page;
  let size = fitting;
  while (before % size !== 0) size -= 1;
  return { page: before / size + 1, per_page: size };
}

/** Builds a page from its items; one item more than the page size shows that there is a next page. */
export function pageOf<Item>(
  items: readonly Item[],
  { page, per_page }: { page: number; per_page: number },
  url: URL,
): Page<Item> {
  return buildPage(items, { page, per_page }, { url, hasNext: items.length > per_page });
}

function buildPage<Item>(
  items: readonly Item[],
  { page, per_page }: { page: number; per_page: number },
  { url, hasNext }: { url: URL; hasNext: boolean },
): Page<Item> {
  const data = items.slice(0, per_page);
  const first = (page - 1) * per_page + 1;
  const urlOf = (number: number): string => {
    const address = new URL(url);
    address.searchParams.set('page', String(number));
    address.searchParams.set('per_page', String(per_page));
    return address.href;
  };
  return {
    current_page: page,
    data,
    from: data.length === 0 ? null : first,
    next_page_url: hasNext ? urlOf(page + 1) : null,
    per_page,
    prev_page_url: page > 1 ? urlOf(page - 1) : null,
    to: data.length === 0 ? null : first + data.length - 1,
  };
}
