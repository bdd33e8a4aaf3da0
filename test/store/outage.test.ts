import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { mongo, STATES, type Connection } from 'mongoose';
import { ApiKeyStore } from '../../src/store/accounts/api-keys';
import { connectStore, isStoreUnavailable } from '../../src/store/connection';
import { RunKeyStore } from '../../src/store/runs/run-keys';
import { RunStore } from '../../src/store/runs/runs';
import { WebhookQueueStore } from '../../src/store/webhooks/webhook-queues';
import { testKeys } from '../support/keys';
import { freePort } from '../support/launching';
import { runCreated } from '../support/new-run';
import { batchOf, freshDatabase, openStore } from '../support/store';

const TENANT = { account_uuid: randomUUID(), mode: 'live' } as const;
const LIMIT_MS = 4_000;
/** Longer than the driver's own retries. */
const LONG_BYTES = 10_000;

/** A proxy to the test server that can be cut. */
class Wire {
  private readonly server = createServer((socket) => this.join(socket));
  private readonly sockets = new Set<Socket>();
  private port = 0;
  private readonly target = new URL(freshDatabase());

  /** Address of a fresh database behind the proxy. */
  get uri(): string {
    return `mongodb://127.0.0.1:${this.port}${this.target.pathname}?directConnection=true`;
  }

  async open(): Promise<void> {
    // One that is free again when the wire is opened again.
    this.port ||= await freePort();
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** Closes the proxy. Safe to repeat. */
  async cut(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }

  /** Passes on only the beginning of the next long command; resolves when it has. */
  swallow(): Promise<void> {
    return new Promise((resolve) => {
      for (const socket of this.sockets) {
        socket.unpipe().resume();
        socket.on('data', (chunk: Buffer) => {
          if (chunk.length < LONG_BYTES) return;
          socket.pause();
          resolve();
        });
      }
    });
  }

  /** Closes sockets like a killed process. */
  reset(): void {
    this.sockets.forEach((socket) => socket.resetAndDestroy());
  }

  private join(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.pipe(to);
    }
  }
}

/** All ways in which requests and activities use the database. */
function callsOf(connection: Connection): [string, () => Promise<unknown>][] {
  const [runs, keys] = [
    new RunStore(connection),
    new RunKeyStore(connection, testKeys.ENCRYPTION_KEYS),
  ];
  const apiKeys = new ApiKeyStore(connection);
  return [
    ['find', () => runs.find(TENANT, randomUUID())],
    ['project', () => runs.project(batchOf(null, [runCreated({})], { sealed: '' }))],
    ['create a key', () => keys.create({ ...TENANT, uuid: randomUUID() })],
    ['authenticate', () => apiKeys.authenticate('a|b')],
  ];
}

async function expectUnavailable(connection: Connection): Promise<void> {
  const outcomes = callsOf(connection).map(async ([name, call]) => {
    const started = performance.now();
    const error: unknown = await call().catch((thrown: unknown) => thrown);
    const inTime = performance.now() - started < LIMIT_MS;
    return { name, isUnavailable: isStoreUnavailable(error), inTime };
  });
  for (const outcome of await Promise.all(outcomes)) {
    expect(outcome).toEqual({ name: outcome.name, isUnavailable: true, inTime: true });
  }
}

/** A driver detects a restored server after a moment: each call waits for it within its own deadline. */
async function expectBack(connection: Connection): Promise<void> {
  const runs = new RunStore(connection);
  for (let tries = 0; tries < 5; tries++) {
    const found: unknown = await runs.find(TENANT, randomUUID()).catch((error: unknown) => error);
    if (found === null) return;
    expect(isStoreUnavailable(found)).toBe(true);
  }
  throw new Error('MongoDB is back, and the store has not noticed');
}

describe('while MongoDB is down', () => {
  let connection: Connection;
  let wire: Wire;
  beforeEach(async () => {
    wire = new Wire();
    await wire.open();
  });
  afterEach(async () => {
    if (connection.readyState === STATES.connected) await connection.dropDatabase();
    await connection.close();
    await wire.cut();
  });

  it('every call fails as unavailable in time, and works again afterwards', async () => {
    connection = await openStore(wire.uri, 1_500);
    for (const [, call] of callsOf(connection)) await call();
    await wire.cut();
    await expectUnavailable(connection);
    await wire.open();
    await expectBack(connection);
  }, 30_000);

  it('a call whose command is being written fails as unavailable', async () => {
    connection = await openStore(wire.uri, 1_500);
    const swallowed = wire.swallow();
    const long = { bytes: Buffer.alloc(8 * 1024 * 1024) };
    const stuck = connection.collection('long').insertOne(long);
    const error = stuck.catch((thrown: unknown) => thrown);
    await swallowed;
    wire.reset();
    expect(isStoreUnavailable(await error)).toBe(true);
  });

  it('a bulk write fails as unavailable', async () => {
    connection = await openStore(wire.uri, 300);
    const queues = new WebhookQueueStore(connection);
    await wire.cut();
    const start = { account_uuid: 'a', mode: 'live', run_uuid: null, endpoint: 'e' } as const;
    const adding = queues.add([{ ...start, _id: 'q', url: 'https://example.com' }], new Date());
    const error: unknown = await adding.catch((thrown: unknown) => thrown);
    expect(isStoreUnavailable(error)).toBe(true);
  });

  it('every call of a process that started without it fails in time, and works once it is up', async () => {
    await wire.cut();
    connection = connectStore(wire.uri);
    await expectUnavailable(connection);
    await wire.open();
    await expectBack(connection);
  }, 60_000);
});

it('isStoreUnavailable() returns false for other errors', () => {
  for (const error of [new Error('E11000 duplicate key'), null, 'MongoNetworkError']) {
    expect(isStoreUnavailable(error)).toBe(false);
  }
});

it.each([
  ['is shutting down', 11_600],
  ['is no longer primary', 10_107],
  ['restarted and lost a cursor', 43],
])('isStoreUnavailable() returns true for a server that %s', (_what, code) => {
  expect(isStoreUnavailable(new mongo.MongoServerError({ message: 'not now', code }))).toBe(true);
});

it('isStoreUnavailable() returns false for a refused command', () => {
  const refused = new mongo.MongoServerError({ message: 'no such operator', code: 9 });
  expect(isStoreUnavailable(refused)).toBe(false);
});
