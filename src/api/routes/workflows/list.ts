import { z } from 'zod';
import { searchHashes, type SearchField } from '../../../platform/crypto/search-hashes';
import { isCursor, encodeCursor, type RunFilter } from '../../../store/runs/run-search';
import type { RunRecord } from '../../../store/runs/runs';
import type { ApiDependencies } from '../../dependencies';
import { run } from '../../openapi/runs';
import { paging, queryEmail, queryPhone, time } from '../../fields';
import { invalidField } from '../../../application/domain-error';
import type { KeyCaller } from '../../server/request-context';
import { defineRoute, noFields } from '../../server/route';
import { presentRuns } from '../../present-runs';

const status = z.enum([
  ...['pending', 'in_progress', 'abandoned', 'postponed', 'in_review'],
  ...['success', 'failed', 'rejected', 'expired', 'cancelled'],
] as const);

/** Cursor of the last page's end. */
const cursor = z
  .string()
  .max(200)
  .transform((text) => Buffer.from(text, 'base64url').toString())
  .refine(isCursor, 'must be the X-Next-Cursor of an earlier answer');

const query = paging(10).extend({
  page: paging(10)
    .shape.page.unwrap()
    .optional()
    .meta({ description: 'A page of more than 2 MiB ends early: go on with its `X-Next-Cursor`.' }),
  cursor: cursor.optional(),
  status: status.optional(),
  step: z.string().min(1).max(64).optional(),
  external_reference_id: z.string().min(1).max(255).optional(),
  people_uuid: z.uuid().toLowerCase().optional(),
  template_uuid: z.uuid().toLowerCase().optional(),
  created_after: time.optional(),
  created_before: time.optional(),
  phone: queryPhone.optional(),
  email: queryEmail.optional(),
});

type Query = z.infer<typeof query>;

export const listWorkflows = defineRoute({
  method: 'get',
  path: '/v1/workflows',
  summary: 'List workflows, newest first, by page or by the cursor in X-Next-Cursor',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: noFields,
  query,
  result: z.array(run),
  responseHeaders: ['X-Next-Cursor'],
  async handle({ query: given, caller, deps }) {
    const { page, cursor: after, per_page } = given;
    if (page !== undefined && after !== undefined) {
      throw invalidField('cursor', 'does not go together with page');
    }
    const place = { after: after ?? null, skip: ((page ?? 1) - 1) * per_page, limit: per_page };
    const filter = filterOf(given, deps, caller);
    const { items: runs, hasMore } = await deps.runs.list(caller.tenant, filter, place);
    const last = hasMore ? runs.at(-1) : undefined;
    const headers = last === undefined ? {} : { 'X-Next-Cursor': cursorAt(last) };
    return { result: await presentRuns(deps, runs), headers };
  },
});

function filterOf(given: Query, { config }: ApiDependencies, { tenant }: KeyCaller): RunFilter {
  const hashes = (what: SearchField, value: string | undefined) =>
    value === undefined
      ? undefined
      : searchHashes(config.HASH_KEYS, tenant.account_uuid, what, value);
  const { page: _page, per_page: _perPage, cursor: _cursor, ...filter } = given;
  return {
    ...filter,
    reference: hashes('reference', given.external_reference_id),
    phones: hashes('phone', given.phone),
    emails: hashes('email', given.email),
  };
}

function cursorAt({ view }: RunRecord): string {
  return Buffer.from(encodeCursor(view.created_at, view.uuid)).toString('base64url');
}
