import { z } from 'zod';
import { searchHashes, type SearchField } from '../../../platform/crypto/search-hashes';
import { isCursor, encodeCursor, type RunFilter } from '../../../store/runs/run-search';
import type { RunRecord } from '../../../store/runs/runs';
import type { ApiDependencies } from '../../dependencies';
import { run } from '../../openapi/runs';
import { RUN_STATUSES } from '../../openapi/statuses';
import { paging, queryEmail, queryPhone, time, requestUuid } from '../../fields';
import { invalidField } from '../../../application/domain-error';
import type { KeyCaller } from '../../server/request-context';
import { defineRoute, noFields } from '../../server/route';
import { presentRuns } from '../../present-runs';
import { described, UUID } from '../../openapi/described';
import { EXAMPLE_KEYS } from '../../../steps/example-keys';

/** Cursor of the last page's end. */
const cursor = z
  .string()
  .max(200)
  .transform((text) => Buffer.from(text, 'base64url').toString())
  .refine(isCursor, 'must be the X-Next-Cursor of an earlier answer');

/** The place of a workflow in the list: its time in base 36 and its uuid. */
const CURSOR_EXAMPLE = Buffer.from(encodeCursor(Date.UTC(2026, 10, 23), UUID)).toString(
  'base64url',
);

const query = paging(10).extend({
  page: described(
    paging(10).shape.page.unwrap().optional(),
    'Number of the page, from 1; by default 1. Not together with `cursor`. A page of more than 2 MiB ends early: continue with its `X-Next-Cursor`.',
    1,
  ),
  cursor: described(
    cursor.optional(),
    'Where the page begins: the `X-Next-Cursor` of the page before. Not together with `page`.',
    CURSOR_EXAMPLE,
  ),
  status: described(z.enum(RUN_STATUSES).optional(), 'Only workflows with this status.', 'success'),
  step: described(
    z.string().min(1).max(64).optional(),
    'Only workflows whose current step has this custom id, or without one this key.',
    EXAMPLE_KEYS.phone,
  ),
  external_reference_id: described(
    z.string().min(1).max(255).optional(),
    'Only workflows with this reference of yours.',
    'customer-42',
  ),
  people_uuid: requestUuid('Only workflows of the person with this UUID.').optional(),
  template_uuid: requestUuid('Only workflows from the template with this UUID.').optional(),
  created_after: described(time.optional(), 'Only workflows created after this time.'),
  created_before: described(time.optional(), 'Only workflows created before this time.'),
  phone: described(
    queryPhone.optional(),
    'Only workflows with this phone of the person, in E.164.',
    '+573100000000',
  ),
  email: described(
    queryEmail.optional(),
    'Only workflows with this email of the person.',
    'ana@example.com',
  ),
});

type Query = z.infer<typeof query>;

export const listWorkflows = defineRoute({
  method: 'get',
  path: '/v1/workflows',
  summary: 'List workflows, newest first',
  description:
    "Lists the workflows of the key's mode. Page by `page`, or by `cursor` with the `X-Next-Cursor` of each answer, which stays exact while workflows are created. Filters go together.",
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: noFields,
  query,
  result: described(z.array(run), 'Workflows of the page.'),
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
