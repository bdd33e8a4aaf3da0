import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { RunStore, type Tenant } from '../../src/store/runs/runs';
import { runCreated } from '../support/new-run';
import { batchOf, dropStore, openStore } from '../support/store';

describe('stored runs', () => {
  let connection: Connection;
  let store: RunStore;
  beforeAll(async () => {
    connection = await openStore();
    store = new RunStore(connection);
    await store.createIndexes();
  });
  afterAll(() => dropStore(connection));

  /** Stores a new run of `tenant`. */
  const create = async (tenant: Tenant, options: { uuid?: string; at?: number } = {}) => {
    const created = runCreated(options);
    Object.assign(created.data, tenant);
    const batch = batchOf(null, [created], {
      sealed: Buffer.from('sealed').toString('base64'),
    });
    await store.project(batch);
    return batch.view;
  };
  const newTenant = (mode: Tenant['mode'] = 'live'): Tenant => ({
    account_uuid: randomUUID(),
    mode,
  });
  const submission = (id = randomUUID()) => ({
    ...{ id, step_uuid: randomUUID(), sealed: Buffer.from([1, 2, 3]), at: new Date(5_000) },
  });

  it.each<[string, (owner: Tenant) => Tenant]>([
    ['another account', ({ mode }) => newTenant(mode)],
    ['the other mode', (owner) => ({ ...owner, mode: 'test' })],
  ])('are not found by %s', async (_who, strangerOf) => {
    const owner = newTenant();
    const stranger = strangerOf(owner);
    const { uuid, steps } = await create(owner);
    const step = steps[0]?.uuid ?? '';
    const page = { after: null, skip: 0, limit: 10 };
    const reads = (tenant: Tenant) =>
      Promise.all([
        store.find(tenant, uuid),
        store.findByStep(tenant, step),
        store.list(tenant, {}, page).then(({ items }) => items[0] ?? null),
        store.events(tenant, uuid, { skip: 0, limit: 10 }),
      ]);
    expect(await reads(owner)).not.toContain(null);
    expect(await reads(stranger)).toEqual([null, null, null, null]);
  });

  it('are not found by an unknown id', async () => {
    const owner = newTenant();
    await create(owner);
    expect(await store.find(owner, randomUUID())).toBeNull();
    expect(await store.findByStep(owner, randomUUID())).toBeNull();
    expect(await store.events(owner, randomUUID(), { skip: 0, limit: 10 })).toBeNull();
    const given = submission();
    await expect(store.storeSubmission({ ...owner, uuid: randomUUID() }, given)).rejects.toThrow(
      'is not there',
    );
    expect(await store.findWithEvents(randomUUID())).toBeNull();
  });

  it('contain events once a batch of their task time or later is stored', async () => {
    const owner = newTenant();
    const { uuid, number } = await create(owner);
    const { account_uuid } = owner;
    const created = runCreated({ uuid });
    Object.assign(created.data, owner);
    await store.project(batchOf(null, [created], { task_time: 7 }));
    const hasEvents = (last: number, task_time: number) =>
      store.hasEvents({ account_uuid, uuid }, { number: last, task_time });
    expect(await Promise.all([hasEvents(number, 7), hasEvents(number, 6)])).toEqual([true, true]);
    // A task that was never completed stored events of the same numbers before.
    expect(await Promise.all([hasEvents(number, 8), hasEvents(number + 1, 7)])).toEqual([
      false,
      false,
    ]);
    const other = { account_uuid, uuid: randomUUID() };
    expect(await store.hasEvents(other, { number, task_time: 0 })).toBe(false);
  });

  it('store a repeated submission once until it is removed', async () => {
    const owner = newTenant();
    const run = await create(owner);
    const { uuid } = run;
    const [one, two] = [submission(), submission()];
    await store.storeSubmission(run, one);
    await store.storeSubmission(run, one);
    await store.storeSubmission(run, two);
    const { id, ...stored } = one;
    const kept = (await store.find(owner, uuid))?.submissions ?? {};
    expect(Object.keys(kept).sort()).toEqual([id, two.id].sort());
    expect(kept[id]).toEqual(stored);
    expect(Buffer.isBuffer(kept[id]?.sealed)).toBe(true);
    await store.removeSubmission(run, { id, bytes: one.sealed.length });
    await store.removeSubmission(run, { id, bytes: one.sealed.length });
    expect(Object.keys((await store.find(owner, uuid))?.submissions ?? {})).toEqual([two.id]);
  });

  it('store at most the limit of sealed bytes, also for parallel submissions', async () => {
    const run = await create(newTenant());
    const created = Buffer.from('sealed').length;
    const large = (bytes: number) => ({ ...submission(), sealed: Buffer.alloc(bytes) });
    const sent = Array.from({ length: 16 }, () => large(100_000));
    const limit = created + 500_000;
    const stored = await Promise.all(sent.map((each) => store.storeSubmission(run, each, limit)));
    expect(stored.filter(Boolean)).toHaveLength(5);
    const bytesOf = async () => (await store.findWithEvents(run.uuid))?.sealed_bytes;
    expect(await bytesOf()).toBe(limit);
    const first = sent[stored.indexOf(true)]!;
    expect(await store.storeSubmission(run, first, limit)).toBe(true);
    expect(await store.storeSubmission(run, large(1), limit)).toBe(false);
    expect(await store.storeSubmission(run, large(1), Infinity)).toBe(true);
    await store.removeSubmission(run, { id: first.id, bytes: 100_000 });
    await store.removeSubmission(run, { id: first.id, bytes: 100_000 });
    expect(await bytesOf()).toBe(limit - 100_000 + 1);
    expect(await store.storeSubmission(run, large(99_999), limit)).toBe(true);
  });

  it('retain their submissions when further events are projected', async () => {
    const owner = newTenant();
    const view = await create(owner);
    const given = submission();
    await store.storeSubmission(view, given);
    const expired = {
      ...{ number: 2, at: view.created_at, type: 'run_expired' as const, data: {} },
      ...{ actor: 'system' as const, step_uuid: null },
    };
    await store.project(batchOf(view, [expired]));
    const found = await store.find(owner, view.uuid);
    expect(found?.view.status).toBe('expired');
    expect(Object.keys(found?.submissions ?? {})).toEqual([given.id]);
    expect(found?.sealed.toString()).toBe('sealed');
  });

  it('are listed in pages, newest first, then by uuid', async () => {
    const owner = newTenant();
    const uuids = Array.from({ length: 7 }, () => randomUUID());
    for (const [index, uuid] of uuids.entries()) {
      await create(owner, { uuid, at: 1_000_000 + Math.floor(index / 3) });
    }
    const descending = (texts: string[]) => texts.sort().reverse();
    const expected = [
      ...descending(uuids.slice(6)),
      ...descending(uuids.slice(3, 6)),
      ...descending(uuids.slice(0, 3)),
    ];
    const pages = await Promise.all(
      [0, 3, 6, 9].map((skip) => store.list(owner, {}, { after: null, skip, limit: 3 })),
    );
    const runs = pages.flatMap(({ items }) => items);
    expect(pages.map(({ items }) => items.length)).toEqual([3, 3, 1, 0]);
    expect(pages.map(({ hasMore }) => hasMore)).toEqual([true, true, false, false]);
    expect(runs.map((run) => run._id)).toEqual(expected);
    expect(runs[0]).not.toHaveProperty('events');
  });

  it('are iterated by id, each once', async () => {
    const before = await store.ids(null, 1_000);
    const { uuid } = await create(newTenant());
    const walked: string[] = [];
    for (let page = await store.ids(null, 2); page.length > 0;) {
      walked.push(...page);
      page = await store.ids(walked.at(-1) ?? null, 2);
    }
    expect(walked).toEqual([...before, uuid].sort());
  });

  it('are found by step and listed through indexes', async () => {
    const indexes = await connection.collection('runs').indexes();
    expect(indexes.map((index) => JSON.stringify(index.key))).toEqual(
      expect.arrayContaining([
        '{"account_uuid":1,"mode":1,"search.place":-1}',
        '{"account_uuid":1,"mode":1,"view.steps.uuid":1}',
      ]),
    );
  });
});
