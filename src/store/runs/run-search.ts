/** Fields and indexes for listing runs. */
import type { Schema } from 'mongoose';
import { nextStep, type RunView } from '../../domain/run/view';

/** Stored search fields, separate from the view. */
export interface RunSearch {
  /** Time of creation and uuid as one text, so that a page is one range of one index. */
  place: string;
  status: string;
  /** Custom id or key of the current step; null once the run is over. */
  step: string | null;
  people_uuid: string | null;
  template_uuid: string | null;
  /** Keyed hashes. */
  reference: string | null;
  phones: string[];
  emails: string[];
  /** Time and uuid of a pending review as one text, so that a page of the queue is one range of one index. */
  review?: string;
}

/** Search criteria of callers. Hashes: all those under which a value may be stored. */
export interface RunFilter {
  status?: string | undefined;
  step?: string | undefined;
  people_uuid?: string | undefined;
  template_uuid?: string | undefined;
  reference?: readonly string[] | undefined;
  phones?: readonly string[] | undefined;
  emails?: readonly string[] | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

/** The order of the list, newest first. */
export const NEWEST_FIRST = { 'search.place': -1 } as const;
/** The order of the reviewers' queue, newest first. */
export const LAST_IN_REVIEW_FIRST = { 'search.review': -1 } as const;

const FIELDS = ['status', 'step', 'people_uuid', 'template_uuid'] as const;
const HASHES = ['reference', 'phones', 'emails'] as const;

export function buildSearchFields(view: RunView): RunSearch {
  const step = nextStep(view);
  const { people_uuid, template_uuid } = view.settings;
  const { reference, phones, emails } = view.hashes ?? { reference: null, phones: [], emails: [] };
  return {
    place: encodeCursor(view.created_at, view.uuid),
    ...{ status: view.status, step: step?.custom_id ?? step?.key ?? null },
    ...{ people_uuid, template_uuid, reference, phones, emails },
    ...(view.review && { review: encodeCursor(view.review.since, view.uuid) }),
  };
}

/**
 * Adds one index for each filter, in the order of the list (equality, then sort:
 * https://www.mongodb.com/docs/manual/tutorial/equality-sort-range-guideline/).
 */
export function addSearchIndexes(schema: Schema): void {
  schema.index({ account_uuid: 1, mode: 1, ...NEWEST_FIRST });
  for (const field of [...FIELDS, ...HASHES]) {
    schema.index({ account_uuid: 1, mode: 1, [`search.${field}`]: 1, ...NEWEST_FIRST });
  }
  schema.index(
    { account_uuid: 1, mode: 1, ...LAST_IN_REVIEW_FIRST },
    { partialFilterExpression: { 'search.review': { $exists: true } } },
  );
}

/** Returns a filter for a tenant's runs in review: a range, so that the partial index serves it. */
export function reviewFilter({
  account_uuid,
  mode,
}: {
  account_uuid: string;
  mode: string;
}): Record<string, unknown> {
  return { account_uuid, mode, 'search.review': { $gt: '' } };
}

export function buildQuery(
  tenant: { account_uuid: string; mode: string },
  filter: RunFilter,
  after: string | null,
): Record<string, unknown> {
  const equal = FIELDS.flatMap((field) => {
    const value = filter[field];
    return value === undefined ? [] : [[`search.${field}`, value] as const];
  });
  const hashed = HASHES.flatMap((field) => {
    const value = filter[field];
    return value === undefined ? [] : [[`search.${field}`, oneOf(value)] as const];
  });
  const { account_uuid, mode } = tenant;
  return {
    account_uuid,
    mode,
    ...Object.fromEntries([...equal, ...hashed]),
    ...times(filter, after),
  };
}

/** Filters by a single hash without `$in`, for which some planners sort again. */
function oneOf(hashes: readonly string[]): unknown {
  return hashes.length === 1 ? hashes[0] : { $in: hashes };
}

function times({ created_after, created_before }: RunFilter, after: string | null): object {
  const upper = [
    ...(after === null ? [] : [after]),
    ...(created_before === undefined ? [] : [encodeCursor(created_before.getTime(), '')]),
  ].sort();
  const bounds = {
    // After every uuid of that millisecond.
    ...(created_after === undefined ? {} : { $gt: encodeCursor(created_after.getTime(), '~') }),
    ...(upper[0] === undefined ? {} : { $lt: upper[0] }),
  };
  return Object.keys(bounds).length === 0 ? {} : { 'search.place': bounds };
}

/** Encodes a cursor that sorts by time, then by uuid. */
export function encodeCursor(at: number, uuid: string): string {
  return `${new Date(at).toISOString()}/${uuid}`;
}

const PLACE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\/[0-9a-f-]{36}$/;

export function isCursor(text: string): boolean {
  return PLACE.test(text);
}
