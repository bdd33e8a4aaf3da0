/** The whole service as processes of its own, as it is installed: to be killed, restarted and looked into. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, openSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { checkDrift, type Drift } from '../../src/cli/check-drift';
import type { Mode } from '../../src/runs/events';
import { SCOPES } from '../../src/store/accounts/accounts';
import { connectStore } from '../../src/store/connection';
import { createIndexes, createStores, type Stores } from '../../src/store/stores';
import { createClient } from '../../src/temporal/client';
import { addSearchAttributes } from '../../src/temporal/register-search-attributes';
import { testKeyEnvironment, testKeys } from './keys';
import { freePort, startMongo, startTemporal, type TestMongo, type TestServer } from './servers';

export const TEST_KEY = 'test_systemtests|0123456789abcdefghijklmnopqrstuvwxyzABCDEFG';
export const WEBHOOK_SECRET = 'whsec_c3lzdGVtIHRlc3Rz';
const DIST = join(__dirname, '..', '..', 'dist');
const ACCOUNT = '00000000-0000-4000-8000-00000000000a';

const QUERY_TRIES = 4;

type Role = 'api' | 'worker';
const ENTRY: Record<Role, string> = { api: 'api/main.js', worker: 'workers/main.js' };

export class Stack {
  private readonly children = new Map<Role, ChildProcess>();
  /** What processes are started with from now on, besides the usual. */
  environment: Record<string, string> = {};
  private workerEnvironment: Record<string, string> = {};
  private readonly connection;
  readonly stores: Stores;
  readonly client: Client;

  private constructor(
    readonly temporal: TestServer,
    readonly mongo: TestMongo,
    readonly folder: string,
    private readonly port: number,
  ) {
    this.connection = connectStore(this.databaseUri, 10_000);
    this.stores = createStores(this.connection, testKeys);
    this.client = createClient(this.temporalConfig);
  }

  /**
   * Starts everything. `dynamicConfig` is Temporal's; the worker is started with `workerEnvironment` beside the usual, all
   * with `environment`.
   */
  static async start(
    dynamicConfig: Record<string, unknown> = {},
    workerEnvironment: Record<string, string> = {},
    environment: Record<string, string> = {},
  ): Promise<Stack> {
    const folder = mkdtempSync(join(tmpdir(), 'cerciora-system-'));
    const [temporal, mongo, port] = await Promise.all([
      startTemporal({ dbFile: join(folder, 'temporal.db'), dynamicConfig }),
      startMongo({ dataDir: join(folder, 'mongodb') }),
      freePort(),
    ]);
    const stack = new Stack(temporal, mongo, folder, port);
    stack.workerEnvironment = workerEnvironment;
    stack.environment = environment;
    await addSearchAttributes(stack.client);
    await createIndexes(stack.stores);
    await stack.addAccount(ACCOUNT, TEST_KEY);
    await Promise.all([stack.spawn('worker'), stack.spawn('api')]);
    return stack;
  }

  /** An account with a key of each mode, all scopes. */
  async addAccount(uuid: string = randomUUID(), testKey?: string) {
    const { accounts } = this.stores;
    const account = { uuid, name: 'System', language: 'es', webhook_secret: WEBHOOK_SECRET };
    await accounts.ensureAccount(account);
    const [test_key, live_key] = await Promise.all([
      accounts.createKey(keyOf(uuid, 'test'), testKey),
      accounts.createKey(keyOf(uuid, 'live')),
    ]);
    return { test_key: test_key.text, live_key: live_key.text };
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
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

  /** Starts a process and resolves when it serves. */
  async spawn(role: Role): Promise<void> {
    const log = openSync(this.logFile(role), 'a');
    const child = spawn(process.execPath, [join(DIST, ENTRY[role])], {
      stdio: ['ignore', log, log, 'ipc'],
      env: {
        PATH: process.env['PATH'],
        ...testKeyEnvironment,
        PORT: String(this.port),
        TEMPORAL_ADDRESS: this.temporal.address,
        MONGODB_URI: this.databaseUri,
        LOG_LEVEL: 'debug',
        SANDBOX_ENABLED: 'true',
        ...this.environment,
        ...(role === 'worker' ? this.workerEnvironment : {}),
      },
    });
    closeSync(log);
    this.children.set(role, child);
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => {
        resolve();
      });
      child.once('exit', (code) => {
        reject(new Error(`${role} ended with ${code}: ${this.logs(role).slice(-2_000)}`));
      });
    });
  }

  /** Kills a process as a power cut would. */
  async kill(role: Role, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.children.get(role);
    if (child !== undefined) await endProcess(child, signal);
  }

  /** Has a process start again whenever it dies, also while it starts; answers how to stop that. */
  supervise(role: Role): () => void {
    let isOn = true;
    const keepUp = async (): Promise<void> => {
      for (;;) {
        await ended(this.children.get(role));
        if (!isOn) return;
        await this.spawn(role).catch(() => undefined);
      }
    };
    void keepUp();
    return () => (isOn = false);
  }

  /** Stops a process in the middle of whatever it does, and forgets it; `thaw` has it go on, `end` ends it. */
  freeze(role: Role): { thaw(): void; end(): Promise<void> } {
    const child = this.children.get(role);
    if (child === undefined) throw new Error(`no ${role} runs`);
    this.children.delete(role);
    child.kill('SIGSTOP');
    return { thaw: () => child.kill('SIGCONT'), end: () => endProcess(child, 'SIGTERM') };
  }

  /** A key of the account with all scopes. */
  async createKey(mode: 'live' | 'test'): Promise<string> {
    const key = { account_uuid: ACCOUNT, name: mode, mode, scopes: [...SCOPES] };
    return (await this.stores.accounts.createKey(key)).text;
  }

  /** The names of all collections. */
  async collections(): Promise<string[]> {
    const found = (await this.connection.db?.listCollections().toArray()) ?? [];
    return found.map(({ name }) => name);
  }

  /** All that a collection holds. */
  documents(collection: string): Promise<object[]> {
    return this.connection.collection(collection).find().toArray();
  }

  logs(role: Role): string {
    return readFileSync(this.logFile(role), 'utf8');
  }

  /** Where stored runs and their workflows differ from what their events say; empty when all is well. */
  async drifts(uuids: readonly string[]): Promise<Drift[]> {
    const found = await Promise.all(uuids.map((uuid) => this.driftOf(uuid, QUERY_TRIES)));
    return found.flat();
  }

  /** A query may still be handed to a worker that was killed a moment ago: then it is asked again. */
  private async driftOf(uuid: string, tries: number): Promise<Drift[]> {
    try {
      return await checkDrift({ ...this.stores, client: this.client }, uuid);
    } catch (error) {
      if (tries <= 1) throw error;
      return this.driftOf(uuid, tries - 1);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.kill('api', 'SIGTERM'), this.kill('worker', 'SIGTERM')]);
    await this.connection.close();
    await this.client.connection.close();
    await Promise.all([this.temporal.stop(), this.mongo.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private logFile(role: Role): string {
    return join(this.folder, `${role}.log`);
  }
}

function keyOf(account_uuid: string, mode: Mode) {
  return { account_uuid, name: 'system', mode, scopes: [...SCOPES] };
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const end = ended(child);
  child.kill(signal);
  await end;
}

/** Resolves when a process has ended, at once where it has already. */
async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}
