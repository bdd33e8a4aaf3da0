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
    .meta({ description: 'The ETag that was read: refused with 412 where it has changed since.' }),
});

const idempotencyKey = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(255)
    .regex(/^[ -~]+$/)
    .optional()
    .meta({ description: 'The same key and body give the same answer, for 24 h.' }),
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
    .meta({ description: 'For `If-Match`; absent where an earlier answer is repeated.' }),
  'X-Next-Cursor': z.string().optional().meta({
    description:
      '`cursor` of what follows; absent on the last page. A page of more than 2 MiB ends early.',
  }),
};
