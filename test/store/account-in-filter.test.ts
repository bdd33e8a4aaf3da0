/** Tests that collections that grow with runs can be sharded by account: see docs/architecture.md, Sharding. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Connection } from 'mongoose';
import { parseKeyring } from '../../src/platform/crypto/keyring';
import { RunKeyStore } from '../../src/store/runs/run-keys';
import { accountId } from '../../src/store/messaging/spending-ids';
import { createIndexes, createStores, type Stores } from '../../src/store/stores';
import { exerciseStores } from '../support/exercise-store';
import { testKeys } from '../support/keys';
import { recordQueries, type RecordedQuery } from '../support/record-queries';
import { dropStore, openStore } from '../support/store';

/** Every query on a growing collection without the account, by the method that sends it, with its reason. */
const WITHOUT_ACCOUNT: Readonly<Record<string, string>> = {
  'runs.findById: find runs {_id}': 'an activity whose input names the run alone',
  'runs.refOf: find runs {_id}': 'an activity whose input names the run alone',
  'runs.findWithEvents: find runs {_id}': 'the drift check is given ids by an operator',
  'runs.ids: find runs {}': 'the drift check walks all runs',
  'runs.ids: find runs {_id}': 'the drift check walks all runs',
  'pendingWebhooks.find: find runs {webhooks_owed_at}':
    'a worker looks for pending webhooks of stopped workers, in all accounts',
  'runErasure.unfinished: find runs {erasure.at, erasure.is_unfinished}':
    'a sweep over all accounts, every two minutes',
  'runKeys.rotate: find run_keys {key_id, wrapped}': 'an operator re-wraps all keys',
  'media.sweep: find media {unconfirmed_since}': 'a sweep over all accounts, every ten minutes',
  'media.write: find media_bytes.files {}': 'GridFS: the driver looks for the indexes of a bucket',
  'tokens.authenticate: find tokens {_id}': 'the token identifies the account',
  'tokens.findByLink: find tokens {link_digest, revoked_at}': 'the link identifies the account',
  'webhookQueues.count: count webhook_queues {}': 'a metric over all accounts',
  'webhookDeliveries.parkStale: update webhook_deliveries {since, status}':
    'a sweep over all accounts, every ten minutes',
  'spending.countClosed: find spending {open_until}': 'a metric over all accounts',
  'usage.receiptsByConnector: aggregate sends {answer.gives_receipts, answer.status, at, mode}':
    'a metric over all accounts',
};

/** Stores whose collections don't grow with runs. */
const UNSHARDED = new Set<keyof Stores>([
  ...([
    'accounts',
    'apiKeys',
    'sendingRules',
    'webhookSecrets',
    'connectors',
    'forms',
    'nips',
  ] as const),
  ...(['knockoutRules', 'ruleSets', 'customizations', 'workflowTemplates'] as const),
  ...(['documentTemplates', 'templateBindings'] as const),
]);

let connection: Connection;
let stores: Stores;
let recorded: RecordedQuery[];
const called = new Set<string>();
/** The store method that was called last, and the number of running calls. */
let caller = '';
let depth = 0;
beforeAll(async () => {
  connection = await openStore();
  // Something to do for a rotation.
  const older = `older:${Buffer.alloc(32, 9).toString('base64')}`;
  const { current } = testKeys.ENCRYPTION_KEYS;
  const newest = `${current.id}:${current.bytes.toString('base64')}`;
  const rings = { ...testKeys, ENCRYPTION_KEYS: parseKeyring(`${newest},${older}`) };
  stores = createStores(connection, rings);
  await createIndexes(stores);
  recorded = recordQueries(connection, () => caller);
  for (const [name, store] of growing()) watchCalls(name, store);
  const olderRing = parseKeyring(older);
  await new RunKeyStore(connection, olderRing).create({ account_uuid: 'a', uuid: 'older' });
  await exerciseStores(stores);
  // An embedded server answers nothing to an upsert that lost a race.
  jest.spyOn(connection.collection('spending'), 'findOneAndUpdate').mockResolvedValueOnce(null);
  await stores.spending.count(accountId('a'), 'sends', Date.now());
});
afterAll(() => dropStore(connection));

function growing(): [keyof Stores, object][] {
  const all = Object.entries(stores) as [keyof Stores, object][];
  return all.filter(([name]) => !UNSHARDED.has(name));
}

/** Records which store method is called, so that queries can be attributed to it. One call at a time. */
function watchCalls(name: string, store: object): void {
  for (const method of methodsOf(store)) {
    const original = (store as Record<string, (...given: unknown[]) => unknown>)[method];
    const value = (...given: unknown[]): unknown => {
      called.add(`${name}.${method}`);
      if (depth === 0) caller = `${name}.${method}`;
      depth += 1;
      const leave = () => (depth -= 1);
      const result = original?.apply(store, given);
      if (result instanceof Promise) void result.then(leave, leave);
      else leave();
      return result;
    };
    Object.defineProperty(store, method, { value });
  }
}

function methodsOf(store: object): string[] {
  const own = Object.getOwnPropertyNames(Object.getPrototypeOf(store));
  return own.filter((name) => name !== 'constructor' && name !== 'createIndexes');
}

/** Shard keys by collection, as in docs/architecture.md. */
function shardKeys(): Map<string, string[]> {
  const text = readFileSync(path.join(__dirname, '../../docs/architecture.md'), 'utf8');
  const rows = text.matchAll(/^\| `([a-z_.]+)` +\| ([^|]+) \|/gm);
  return new Map(
    [...rows].map(([, collection = '', key = '']) => [
      collection,
      [...key.matchAll(/`([a-z_]+)`/g)].map(([, field = '']) => field),
    ]),
  );
}

/** Formats a query like the table above: method, command, collection and fields. */
function shapeOf({ by, command, collection, filter }: RecordedQuery): string {
  return `${by}: ${command} ${collection} {${Object.keys(filter).sort().join(', ')}}`;
}

function namesAccount({ collection, filter }: RecordedQuery): boolean {
  if (!collection.startsWith('media_bytes.')) return filter['account_uuid'] !== undefined;
  const id = filter['files_id'] ?? filter['_id'];
  // The bucket's streams ask by `$eq`.
  const value = (id as { $eq?: unknown } | undefined)?.$eq ?? id;
  return typeof value === 'string' && /^[0-9a-f-]{36}\//.test(value);
}

it('every method of the stores was called', () => {
  const all = growing().flatMap(([name, store]) =>
    methodsOf(store).map((method) => `${name}.${method}`),
  );
  expect([...called].sort()).toEqual(all.sort());
});

it('every query and insert contains the account, except the listed ones', () => {
  const sharded = recorded.filter(({ collection }) => shardKeys().has(collection));
  const without = sharded.filter((query) => !namesAccount(query)).map(shapeOf);
  expect([...new Set(without)].sort()).toEqual(Object.keys(WITHOUT_ACCOUNT).sort());
});

it('an upsert contains the whole shard key', () => {
  const keys = shardKeys();
  const upserts = recorded.filter(({ collection, isUpsert }) => isUpsert && keys.has(collection));
  expect(upserts.length).toBeGreaterThan(0);
  for (const upsert of upserts) {
    const named = (keys.get(upsert.collection) ?? []).filter((field) => field in upsert.filter);
    expect([shapeOf(upsert), named]).toEqual([shapeOf(upsert), keys.get(upsert.collection)]);
  }
});

it('docs/architecture.md lists every collection that the stores write', async () => {
  const text = readFileSync(path.join(__dirname, '../../docs/architecture.md'), 'utf8');
  const collections = (await connection.listCollections()).map(({ name }) => name);
  expect(collections.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  expect([...shardKeys().keys()].filter((name) => !collections.includes(name))).toEqual([]);
});

it('a unique index begins with the shard key', async () => {
  for (const [collection, shardKey] of shardKeys()) {
    const indexes = await connection.collection(collection).indexes();
    const unique = indexes.filter(({ unique, name }) => unique === true && name !== '_id_');
    for (const { key } of unique) {
      const fields = Object.keys(key);
      expect([collection, fields.slice(0, shardKey.length)]).toEqual([collection, shardKey]);
    }
  }
});

it('a query without an id uses an index with more fields than the account', async () => {
  for (const [collection] of shardKeys()) {
    const indexes = await connection.collection(collection).indexes();
    const keys = indexes.map(({ key }) => Object.keys(key as object));
    const filters = recorded.filter(
      (query) => query.collection === collection && query.command !== 'insert',
    );
    for (const query of filters.filter(({ filter }) => Object.keys(filter).length > 0)) {
      const shape = shapeOf(query);
      expect([shape, SLOW.has(shape) || isServed(query, keys)]).toEqual([shape, true]);
    }
  }
});

/** Rare queries that read a whole collection, or all runs of an account. */
const SLOW = new Set([
  'runKeys.rotate: find run_keys {key_id, wrapped}',
  'runs.usesConnector: find runs {$or, account_uuid, view.finished_at}',
]);

function isServed({ filter }: RecordedQuery, indexes: readonly string[][]): boolean {
  if ('_id' in filter) return true;
  return indexes.some((fields) => {
    const end = fields.findIndex((field) => !(field in filter));
    const served = end < 0 ? fields : fields.slice(0, end);
    return served.some((field) => field !== 'account_uuid');
  });
}
