import { z } from 'zod';
import type { Json } from '../../domain/run/events';
import { defineReviewSchema } from '../shared/review-schema';
import { shownDocument } from '../shared/signing-schema';

const readings = z
  .array(
    z.strictObject({
      page: z.int().min(1).max(500),
      seen_at: z.iso.datetime({ offset: true }).describe('When it came into view.'),
    }),
  )
  .min(1)
  .max(500);

/** Builds the schema of the data. If the number of pages is known, every page must have been seen. */
function dataOf(pages: number | null) {
  return z.strictObject({
    pages: readings.superRefine((seen, context) => {
      const numbers = new Set(seen.map(({ page }) => page));
      const missing = Array.from({ length: pages ?? 0 }, (_, index) => index + 1).find(
        (page) => !numbers.has(page),
      );
      if (missing === undefined) return;
      context.addIssue({ code: 'custom', message: `lacks page ${missing} of ${pages}` });
    }),
  });
}

/** A document that was read to its end: the pages, with times. */
export const documentPreviewSchema = defineReviewSchema({
  title: 'Vista previa de documento',
  description: 'Lectura de un documento hasta el final.',
  traits: ['setup_required', 'allow_multiple'],
  setup: { document: shownDocument },
  data: dataOf(null),
  resolve: ({ document }: { document: z.output<typeof shownDocument> }) =>
    Promise.resolve({ resolved: document.pages ?? null }),
  dataFor: (resolved) => dataOf(resolved as number | null),
  media: () => ({}),
  present: ({ document }) => ({ document: document as Json }),
  payload: ({ pages }, { setup: { document } }) => ({
    ...{ pages, document: document.name, document_sha256: document.sha256 ?? null },
  }),
});
