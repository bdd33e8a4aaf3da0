/** Starts servers for a single test, which may kill and restart them. `npm test` passes the programs by environment. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { host, launch, mongodbArguments, onFreePort, temporalArguments } from './launching';

export interface TestServer {
  /** Address as host:port. */
  address: string;
  port: number;
  /** Pid of the serving process; changes with a restart. */
  readonly pid: number;
  kill9(): Promise<void>;
  /** Sends SIGTERM, and SIGKILL after ten seconds. */
  stop(): Promise<void>;
  /** Restarts on the same port and data; ends a running process first. */
  restart(): Promise<void>;
}

export interface TestMongo extends TestServer {
  uri: string;
  dataDir: string;
}

export interface TemporalOptions {
  /** Data file. In memory by default: a restart then loses everything. */
  dbFile?: string;
  dynamicConfig?: Record<string, unknown>;
}

export interface MongoOptions {
  /** Port; a free one by default. */
  port?: number;
  /** Data folder; by default a temporary one. */
  dataDir?: string;
  /** Time limit until it listens, in milliseconds. */
  limitMs?: number;
}

/** Time limit until a server listens, in milliseconds. */
const START_LIMIT_MS = 30_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function testSetting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this test by \`npm test\`.`);
  return value;
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  timeoutMs = 30_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    if (await condition()) return;
    await sleep(25);
  }
  throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  child.kill(signal);
  await until(`the end of ${child.pid}`, () => hasEnded(child), 10_000).catch(() =>
    child.kill('SIGKILL'),
  );
  await until(`the end of ${child.pid}`, () => hasEnded(child));
}

interface Service {
  name: string;
  command: string[];
  port: number;
  limitMs?: number | undefined;
  /** Resolves when the server is ready beyond its open port. */
  ready?: () => Promise<void>;
  cleanUp?: () => void;
}

/** @throws PortTaken if the port is taken, after ending the process and removing its files. */
async function serve(service: Service): Promise<TestServer> {
  const { name, port, command, limitMs = START_LIMIT_MS, ready, cleanUp } = service;
  const start = async (): Promise<ChildProcess> => {
    const started = await launch({ name, command, port, cwd: os.tmpdir(), limitMs });
    try {
      await ready?.();
    } catch (error) {
      await end(started, 'SIGKILL');
      throw error;
    }
    return started;
  };
  let child = await start().catch((error: unknown) => {
    cleanUp?.();
    throw error;
  });
  // A test that fails before it stops its server must not leave it to the machine.
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  return {
    address: `${host}:${port}`,
    port,
    get pid() {
      return child.pid ?? 0;
    },
    kill9: () => end(child, 'SIGKILL'),
    async stop() {
      await end(child, 'SIGTERM');
      process.removeListener('exit', onExit);
      cleanUp?.();
    },
    async restart() {
      await end(child, 'SIGTERM');
      child = await start();
    },
  };
}

function succeeds(program: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

export function startTemporal(options: TemporalOptions = {}): Promise<TestServer> {
  const program = testSetting('TEST_TEMPORAL_BIN');
  const dynamicConfig = {
    'frontend.WorkflowTimeSkippingEnabled': true,
    ...options.dynamicConfig,
  };
  const namespace = ['operator', 'namespace', 'describe', '--namespace', 'default'];
  return onFreePort((port) => {
    const question = [...namespace, '--address', `${host}:${port}`];
    return serve({
      name: 'temporal',
      command: [program, ...temporalArguments({ ...options, port, dynamicConfig })],
      port,
      ready: () => until('the default namespace', () => succeeds(program, question)),
    });
  });
}

export async function startMongo(options: MongoOptions = {}): Promise<TestMongo> {
  const { port } = options;
  if (port !== undefined) return startMongoOn(port, options);
  return onFreePort((free) => startMongoOn(free, options));
}

async function startMongoOn(port: number, options: MongoOptions): Promise<TestMongo> {
  const program = JSON.parse(testSetting('TEST_MONGODB_CMD')) as string[];
  const dataDir = options.dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora-mongo-'));
  fs.mkdirSync(dataDir, { recursive: true });
  const server = await serve({
    name: 'mongodb',
    command: [...program, ...mongodbArguments(program, { port, dataDir })],
    port,
    limitMs: options.limitMs,
    // A folder the caller named stays the caller's.
    cleanUp: () => {
      if (options.dataDir === undefined) fs.rmSync(dataDir, { recursive: true, force: true });
    },
  });
  // Not by spreading: `pid` is a getter.
  return Object.assign(server, {
    uri: `mongodb://${host}:${port}/?directConnection=true&retryWrites=false`,
    dataDir,
  });
}
