import { z, type ZodType } from 'zod';
import { described } from './described';

/** Builds the schema of a page of a list. */
export function pageSchema<Item extends ZodType>(item: Item) {
  const page = z.strictObject({
    current_page: described(z.int(), 'Number of this page, from 1.', 1),
    data: described(z.array(item), 'Entries of this page.'),
    from: described(
      z.int().nullable(),
      'Number of the first entry of this page in the whole list, from 1; null on an empty page.',
      1,
    ),
    next_page_url: described(
      z.url().nullable(),
      'Address of the next page; null on the last one.',
      null,
    ),
    per_page: described(z.int(), 'Number of entries that a page has at most.', 20),
    prev_page_url: described(
      z.url().nullable(),
      'Address of the page before; null on the first one.',
      null,
    ),
    to: described(
      z.int().nullable(),
      'Number of the last entry of this page in the whole list; null on an empty page.',
      1,
    ),
  });
  return described(page, 'A page of the list.');
}
