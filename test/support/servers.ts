/** Servers of a test's own, to be killed and restarted; `npm test` says by environment which programs there are. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const host = '127.0.0.1';

export interface TestServer {
  /** host:port */
  address: string;
  port: number;
  /** Of the serving process; changes with a restart. */
  readonly pid: number;
  kill9(): Promise<void>;
  /** SIGTERM, and SIGKILL after ten seconds. */
  stop(): Promise<void>;
  /** On the same port and data; ends it first where it still runs. */
  restart(): Promise<void>;
}

export interface TestMongo extends TestServer {
  uri: string;
  dataDir: string;
}

export interface TemporalOptions {
  port?: number;
  /** In memory without one: a restart then loses everything. */
  dbFile?: string;
  dynamicConfig?: Record<string, unknown>;
}

export interface MongoOptions {
  port?: number;
  dataDir?: string;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function testSetting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this test by \`npm test\`.`);
  return value;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
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

async function launch(command: string[], port: number): Promise<ChildProcess> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: os.tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.once('error', (error) => (complaint += error.message));
  child.stderr.on(
    'data',
    (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)),
  );
  await until(`${program} on ${port}`, () => {
    if (hasEnded(child) || child.pid === undefined)
      throw new Error(`${program} did not start: ${complaint}`);
    return accepts(port);
  });
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  child.kill(signal);
  await until(`the end of ${child.pid}`, () => hasEnded(child), 10_000).catch(() =>
    child.kill('SIGKILL'),
  );
  await until(`the end of ${child.pid}`, () => hasEnded(child));
}

/** @param ready what is to be true beyond an open port */
async function serve(
  command: string[],
  port: number,
  ready: () => Promise<void>,
  cleanUp: () => void,
): Promise<TestServer> {
  let child = await launch(command, port);
  // A test that fails before it stops its server must not leave it to the machine.
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  await ready();
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
      cleanUp();
    },
    async restart() {
      await end(child, 'SIGTERM');
      child = await launch(command, port);
      await ready();
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

export async function startTemporal({
  port,
  dbFile,
  dynamicConfig = {},
}: TemporalOptions = {}): Promise<TestServer> {
  const program = testSetting('TEST_TEMPORAL_BIN');
  const chosen = port ?? (await freePort());
  const settings = Object.entries({
    'frontend.WorkflowTimeSkippingEnabled': true,
    ...dynamicConfig,
  });
  const command = [
    ...[
      program,
      'server',
      'start-dev',
      '--ip',
      host,
      '--port',
      String(chosen),
      '--headless',
      '--log-level',
      'error',
    ],
    ...(dbFile ? ['--db-filename', dbFile] : []),
    ...settings.flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${JSON.stringify(value)}`,
    ]),
  ];
  const question = [
    'operator',
    'namespace',
    'describe',
    '--namespace',
    'default',
    '--address',
    `${host}:${chosen}`,
  ];
  const ready = () => until('the default namespace', () => succeeds(program, question));
  return serve(command, chosen, ready, () => undefined);
}

export async function startMongo({ port, dataDir }: MongoOptions = {}): Promise<TestMongo> {
  const program = JSON.parse(testSetting('TEST_MONGODB_CMD')) as string[];
  const chosen = port ?? (await freePort());
  const folder = dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora-mongo-'));
  fs.mkdirSync(folder, { recursive: true });
  const isMongod = /mongod(\.exe)?$/.test(program.at(-1) ?? '');
  const [addressFlag, dataFlag] = isMongod
    ? ['--bind_ip', '--dbpath']
    : ['--host', '--storage-path'];
  const command = [...program, addressFlag, host, '--port', String(chosen), dataFlag, folder];
  // A folder the caller named stays the caller's.
  const cleanUp = () => {
    if (dataDir === undefined) fs.rmSync(folder, { recursive: true, force: true });
  };
  const server = await serve(command, chosen, () => Promise.resolve(), cleanUp);
  // Not by spreading: `pid` is a getter.
  return Object.assign(server, {
    uri: `mongodb://${host}:${chosen}/?directConnection=true&retryWrites=false`,
    dataDir: folder,
  });
}
