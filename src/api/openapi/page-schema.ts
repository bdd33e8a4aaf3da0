import { z, type ZodType } from 'zod';

/** Builds the schema of a page of a list. */
export function pageSchema<Item extends ZodType>(item: Item) {
  return z.strictObject({
    current_page: z.int(),
    data: z.array(item),
    from: z.int().nullable(),
    next_page_url: z.url().nullable(),
    per_page: z.int(),
    prev_page_url: z.url().nullable(),
    to: z.int().nullable(),
  });
}
