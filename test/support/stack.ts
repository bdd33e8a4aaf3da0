/** Runs the whole service as separate processes, as in an installation: to be killed, restarted and inspected. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { checkDrift, type Drift } from '../../src/cli/check-drift';
import type { Mode } from '../../src/domain/run/events';
import { SCOPES } from '../../src/store/accounts/api-keys';
import { connectStore } from '../../src/store/connection';
import { createIndexes, createStores, type Stores } from '../../src/store/stores';
import { createClient } from '../../src/platform/temporal/client';
import { addSearchAttributes } from '../../src/platform/temporal/register-search-attributes';
import { testKeyEnvironment, testKeys } from './keys';
import { freePort, mark, onFreePort, PortTaken } from './launching';
import { startMongo, startTemporal, type TestMongo, type TestServer } from './servers';
import { StackProcesses, type Role } from './stack-processes';

export const TEST_KEY = 'test_systemtests|0123456789abcdefghijklmnopqrstuvwxyzABCDEFG';
export const WEBHOOK_SECRET = 'whsec_c3lzdGVtIHRlc3Rz';
/** The account of `TEST_KEY`. */
export const ACCOUNT = '00000000-0000-4000-8000-00000000000a';

const QUERY_TRIES = 4;

export class Stack extends StackProcesses {
  private port = 0;
  private metricsPort = 0;
  /** Additional environment of processes from now on. */
  environment: Record<string, string> = {};
  private workerEnvironment: Record<string, string> = {};
  private readonly connection;
  readonly stores: Stores;
  readonly client: Client;

  private constructor(
    readonly temporal: TestServer,
    readonly mongo: TestMongo,
    folder: string,
    node: string,
  ) {
    super(folder, node);
    this.connection = connectStore(this.databaseUri, 10_000);
    this.stores = createStores(this.connection, testKeys);
    this.client = createClient(this.temporalConfig);
  }

  /**
   * Starts everything; on a failure ends it again and throws. `dynamicConfig`: Temporal's; `environment`: for all
   * processes, `workerEnvironment`: for the worker. METRICS_PORT 0 of the worker selects a free port. `roles`: the
   * processes to start; `node`: the binary that executes them.
   */
  static async start(
    dynamicConfig: Record<string, unknown> = {},
    workerEnvironment: Record<string, string> = {},
    environment: Record<string, string> = {},
    roles: Role[] = ['worker', 'api'],
    node: string = process.execPath,
  ): Promise<Stack> {
    const folder = mkdtempSync(join(tmpdir(), 'cerciora-system-'));
    const stack = await Stack.startServers(folder, dynamicConfig, node).catch((error: unknown) => {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    });
    try {
      stack.workerEnvironment = workerEnvironment;
      stack.environment = environment;
      await addSearchAttributes(stack.client);
      await createIndexes(stack.stores);
      await stack.addAccount(ACCOUNT, TEST_KEY);
      await stack.startProcesses(roles);
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  private static async startServers(
    folder: string,
    dynamicConfig: Record<string, unknown>,
    node: string,
  ) {
    const starts = [
      startTemporal({ dbFile: join(folder, 'temporal.db'), dynamicConfig }),
      startMongo({ dataDir: join(folder, 'mongodb') }),
    ] as const;
    const ended = await Promise.allSettled(starts);
    const started = ended.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    if (started.length < starts.length) await Promise.all(started.map((each) => each.stop()));
    return new Stack(await starts[0], await starts[1], folder, node);
  }

  /** Starts API and worker, both again on other ports if one was taken meanwhile. */
  private async startProcesses(roles: readonly Role[]): Promise<void> {
    await onFreePort(async (port) => {
      this.port = port;
      if (this.workerEnvironment['METRICS_PORT'] === '0') this.metricsPort = await freePort();
      const ended = await Promise.allSettled(roles.map((role) => this.spawn(role)));
      const faults: unknown[] = ended.flatMap((each) =>
        each.status === 'rejected' ? [each.reason as unknown] : [],
      );
      if (faults.length === 0) return;
      await Promise.all(roles.map((role) => this.kill(role)));
      throw faults.find((fault) => !(fault instanceof PortTaken)) ?? faults[0];
    });
  }

  /** Creates an account with a key of each mode, with all scopes. */
  async addAccount(uuid: string = randomUUID(), testKey?: string) {
    const { accounts, apiKeys } = this.stores;
    const account = { uuid, name: 'System', language: 'es', webhook_secret: WEBHOOK_SECRET };
    await accounts.ensureAccount(account);
    const [test_key, live_key] = await Promise.all([
      apiKeys.create(keyOf(uuid, 'test'), testKey),
      apiKeys.create(keyOf(uuid, 'live')),
    ]);
    return { test_key: test_key.text, live_key: live_key.text };
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Metrics address of the worker, if requested. */
  get metricsUrl(): string {
    return `http://127.0.0.1:${this.metricsPort}/metrics`;
  }

  get databaseUri(): string {
    return this.mongo.uri.replace('/?', '/cerciora?');
  }

  private get temporalConfig() {
    return {
      ...testKeys,
      TEMPORAL_ADDRESS: this.temporal.address,
      TEMPORAL_NAMESPACE: 'default',
      TEMPORAL_TASK_QUEUE: 'cerciora',
      TEMPORAL_TLS: false,
      TEMPORAL_API_KEY: undefined,
    };
  }

  environmentOf(role: Role): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      ...mark(),
      ...testKeyEnvironment,
      PORT: String(this.port),
      TEMPORAL_ADDRESS: this.temporal.address,
      MONGODB_URI: this.databaseUri,
      LOG_LEVEL: 'debug',
      SANDBOX_ENABLED: 'true',
      ...this.environment,
      ...(role === 'worker' ? this.workerEnvironment : {}),
      ...(role === 'worker' && this.metricsPort ? { METRICS_PORT: String(this.metricsPort) } : {}),
    };
  }

  /** Creates a key of the account with all scopes. */
  async createKey(mode: 'live' | 'test'): Promise<string> {
    const key = { account_uuid: ACCOUNT, name: mode, mode, scopes: [...SCOPES] };
    return (await this.stores.apiKeys.create(key)).text;
  }

  /** Returns the names of all collections. */
  async collections(): Promise<string[]> {
    const found = (await this.connection.db?.listCollections().toArray()) ?? [];
    return found.map(({ name }) => name);
  }

  /** Returns all documents of a collection. */
  documents(collection: string): Promise<object[]> {
    return this.connection.collection(collection).find().toArray();
  }

  /** Compares runs whose processes died or froze: their history may have other times (docs/decisions/0009). */
  async driftsExceptTimes(uuids: readonly string[]): Promise<Drift[]> {
    const found = await this.drifts(uuids);
    return found.filter(({ kind }) => kind !== 'workflow_times_differ');
  }

  /** Returns the drift of all stored runs; empty if there is none. */
  async drifts(uuids: readonly string[]): Promise<Drift[]> {
    const found = await Promise.all(uuids.map((uuid) => this.driftOf(uuid, QUERY_TRIES)));
    return found.flat();
  }

  /** Queries again if the query was sent to a worker that was just killed. */
  private async driftOf(uuid: string, tries: number): Promise<Drift[]> {
    try {
      return await checkDrift({ ...this.stores, client: this.client }, uuid);
    } catch (error) {
      if (tries <= 1) throw error;
      return this.driftOf(uuid, tries - 1);
    }
  }

  /** Ends all processes and removes their data. */
  async stop(): Promise<void> {
    await this.stopProcesses();
    await Promise.allSettled([this.connection.close(), this.client.connection.close()]);
    await Promise.all([this.temporal.stop(), this.mongo.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function keyOf(account_uuid: string, mode: Mode) {
  return { account_uuid, name: 'system', mode, scopes: [...SCOPES] };
}
