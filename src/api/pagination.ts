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

/** Builds a page from its items; one item more than the page size shows that there is a next page. */
export function pageOf<Item>(
  items: readonly Item[],
  { page, per_page }: { page: number; per_page: number },
  url: URL,
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
    next_page_url: items.length > per_page ? urlOf(page + 1) : null,
    per_page,
    prev_page_url: page > 1 ? urlOf(page - 1) : null,
    to: data.length === 0 ? null : first + data.length - 1,
  };
}
