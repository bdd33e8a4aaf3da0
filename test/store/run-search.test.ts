import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { fold } from '../../src/domain/run/view';
import {
  NEWEST_FIRST,
  encodeCursor,
  buildQuery,
  type RunFilter,
} from '../../src/store/runs/run-search';
import { createStores, type Stores } from '../../src/store/stores';
import { testKeys } from '../support/keys';
import { runCreated } from '../support/new-run';
import { dropStore, openStore } from '../support/store';

let connection: Connection;
let stores: Stores;
beforeAll(async () => {
  connection = await openStore();
  stores = createStores(connection, testKeys);
  await stores.runs.createIndexes();
});
afterAll(() => dropStore(connection));

const tenant = { account_uuid: '00000000-0000-4000-8000-000000000001', mode: 'test' as const };

async function create(at: number, hashes: object = {}): Promise<string> {
  const created = runCreated({ at, people_uuid: randomUUID() });
  Object.assign(created.data, { hashes: { reference: null, phone: null, email: null, ...hashes } });
  const view = fold(null, [created]);
  const items = [{ event: created, entries: [] }];
  await stores.runs.project({ after: 0, items, view, task_time: 0, sealed: '' });
  return view.uuid;
}

async function planOf(query: Record<string, unknown>): Promise<string> {
  const found = connection.collection('runs').find(query).sort(NEWEST_FIRST);
  return JSON.stringify(await found.explain('queryPlanner'));
}

async function walk(filter: RunFilter, limit: number): Promise<string[]> {
  const uuids: string[] = [];
  for (let after: string | null = null; ;) {
    const { items: page } = await stores.runs.list(tenant, filter, { after, skip: 0, limit });
    const last = page.at(-1);
    if (last === undefined) return uuids;
    uuids.push(...page.map(({ _id }) => _id));
    after = encodeCursor(last.view.created_at, last._id);
  }
}

describe('the list of runs', () => {
  it('is read by cursor without gaps and repetitions, even for runs of the same time', async () => {
    const made = [];
    for (let index = 0; index < 23; index += 1) {
      made.push({ at: 1_000_000 + Math.floor(index / 6), uuid: '' });
    }
    for (const each of made) each.uuid = await create(each.at);
    const expected = made
      .sort((a, b) => b.at - a.at || (a.uuid < b.uuid ? 1 : -1))
      .map(({ uuid }) => uuid);
    for (const limit of [1, 2, 5, 23, 100]) expect(await walk({}, limit)).toEqual(expected);
  });

  it('finds runs by any of several hashes', async () => {
    const uuid = await create(2_000_000, { phone: 'old', reference: 'r' });
    expect(await walk({ phones: ['new', 'old'] }, 2)).toEqual([uuid]);
    expect(await walk({ reference: ['r'] }, 2)).toEqual([uuid]);
    expect(await walk({ phones: ['new'] }, 2)).toEqual([]);
  });

  it('uses an index for each filter', async () => {
    const now = new Date();
    // Required, so that a new filter can't be forgotten.
    const each: Required<RunFilter> = {
      ...{ status: 'pending', step: 'acceptance', people_uuid: 'p', template_uuid: 't' },
      ...{ reference: ['r'], phones: ['p'], emails: ['e'] },
      ...{ created_after: new Date(0), created_before: now },
    };
    const alone = Object.entries(each).map(([name, value]) => ({ [name]: value }));
    const { created_after, created_before } = each;
    const filters: RunFilter[] = [
      {},
      ...alone,
      { status: 'pending', created_after, created_before },
    ];
    for (const filter of filters) {
      for (const after of [null, encodeCursor(now.getTime(), randomUUID())]) {
        const plan = await planOf(buildQuery(tenant, filter, after));
        const names = Object.keys(filter);
        expect([names, plan]).toEqual([names, expect.stringContaining('IXSCAN')]);
        expect([names, plan]).not.toEqual([names, expect.stringContaining('COLLSCAN')]);
      }
    }
  });

  it('uses an index of the field in the filter', async () => {
    const fields = ['status', 'step', 'people_uuid', 'template_uuid', 'reference', 'phones'];
    for (const field of [...fields, 'emails']) {
      const hashed = ['reference', 'phones', 'emails'].includes(field);
      const plan = await planOf(buildQuery(tenant, { [field]: hashed ? ['h'] : 'v' }, null));
      expect([field, plan]).toEqual([field, expect.stringContaining(`search.${field}`)]);
      const [, indexName] = /"indexName":"([^"]+)"/.exec(plan) ?? [];
      expect([field, indexName]).toEqual([field, expect.stringContaining(`search.${field}`)]);
    }
  });
});
