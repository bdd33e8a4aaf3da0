/** Documents request and response headers of single routes. */
import { z } from 'zod';
import type { Route } from '../server/route';

/** Documents the headers of a request. */
export function documentHeaders({ idempotent, errors = [] }: Route) {
  const header = z.object({
    ...(idempotent ? idempotencyKey.shape : {}),
    ...(errors.includes('precondition_failed') ? ifMatch.shape : {}),
  });
  return Object.keys(header.shape).length === 0 ? {} : { header };
}

const ifMatch = z.object({
  'If-Match': z
    .string()
    .optional()
    .meta({
      description:
        'The `ETag` that was read: 412 `precondition_failed` if the resource changed since.',
      examples: ['"3d9188577cc9bfe9"'],
    }),
});

const idempotencyKey = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(255)
    .regex(/^[ -~]+$/)
    .optional()
    .meta({
      description:
        'A text of your choice, 1 to 255 printable ASCII characters. A repetition with the same key and body within 24 hours gets the same answer; another body gets 422.',
      examples: ['5f3a7c1e-2f60-4d0c-9b61-0d6d6a0f9a11'],
    }),
});

/** Documents the headers of a successful response. */
export function listDocumentedHeaders({ responseHeaders = [] }: Route) {
  if (responseHeaders.length === 0) return {};
  return {
    headers: z.object(Object.fromEntries(responseHeaders.map((name) => [name, TOLD[name]]))),
  };
}

const TOLD = {
  ETag: z
    .string()
    .optional()
    .meta({
      description:
        'Version of the resource, for `If-Match`; absent where an earlier answer is repeated.',
      examples: ['"3d9188577cc9bfe9"'],
    }),
  'X-Next-Cursor': z
    .string()
    .optional()
    .meta({
      description:
        '`cursor` of the next page; absent on the last one. A page of more than 2 MiB ends early.',
      examples: [
        'MjAyNi0xMS0yM1QwMDowMDowMC4wMDBaLzBhNGI1Y2MxLTlhMzUtNGQzZi04ZjVlLTJmNmYyYjZjN2QxMA',
      ],
    }),
};
