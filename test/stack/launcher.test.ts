/** Tests the launcher of `npm start` with stand-ins for the servers, the API and the worker. */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../support/launching';

const scripts = path.resolve(__dirname, '../../scripts');

interface DevInfo {
  [key: string]: unknown;
  api_url: string;
  temporal_address: string;
  mongodb_uri: string;
  test_key: string;
  pids: Record<'start' | 'api' | 'worker' | 'temporal' | 'mongodb', number>;
}

const fakeServer = (version: string) => `#!${process.execPath}
if (process.argv[2] === '--version') { console.log('${version}'); process.exit(0); }
if (process.argv[2] === 'operator') process.exit(0);
const port = Number(process.argv[process.argv.indexOf('--port') + 1]);
require('node:net').createServer(() => {}).listen(port, '127.0.0.1');
`;
const files: Record<string, string> = {
  'bin/temporal': fakeServer('temporal version 1.9.1'),
  'bin/mongod': fakeServer('db version v8.0.0'),
  'dist/cli.js': `require('node:fs').appendFileSync('setups.txt', process.env.SETUP_TEST_KEY + '\\n');`,
  'dist/workers/main.js': `setInterval(() => {}, 1000); process.send({ ready: true });`,
  'dist/api/main.js': `
    if (process.env.FAKE_FAULT) { console.error('ENCRYPTION_KEYS is not right'); process.exit(78); }
    require('node:http').createServer((_, answer) => answer.end()).listen(+process.env.PORT, '127.0.0.1', () => process.send({ ready: true }));`,
  'start.js': `require(${JSON.stringify(path.join(scripts, 'start.js'))}).main({ home: __dirname, prepared: true });`,
  'reset.js': `require(${JSON.stringify(path.join(scripts, 'reset.js'))}).main({ home: __dirname }).catch((e) => { console.error(e.message); process.exit(1); });`,
};

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora launcher-'));
const devFile = path.join(home, '.cerciora/dev.json');
const settingsFile = path.join(home, '.cerciora/settings.json');
const started: ChildProcess[] = [];
let port: number;

class Running {
  output = '';
  readonly exit: Promise<number | null>;
  constructor(readonly child: ChildProcess) {
    started.push(child);
    child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.exit = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  }
}

function launch(script = 'start.js', env: NodeJS.ProcessEnv = {}): Running {
  const { TEMPORAL_ADDRESS: _t, MONGODB_URI: _m, METRICS_PORT: _p, ...inherited } = process.env;
  const PATH = `${path.join(home, 'bin')}${path.delimiter}${inherited.PATH ?? ''}`;
  return new Running(
    spawn(process.execPath, [path.join(home, script)], {
      env: { ...inherited, PATH, PORT: String(port), ...env },
    }),
  );
}

async function until<T>(
  what: string,
  condition: () => T | undefined | false,
  timeoutMs = 20_000,
): Promise<T> {
  for (
    const end = Date.now() + timeoutMs;
    Date.now() < end;
    await new Promise((r) => setTimeout(r, 20))
  ) {
    const value = condition();
    if (value) return value;
  }
  throw new Error(`the condition was never met: ${what}\n${started.length} started`);
}

const devInfo = () => JSON.parse(fs.readFileSync(devFile, 'utf8')) as DevInfo;
const isRunning = (running: Running) =>
  until('the summary', () => running.output.includes('Cerciora is running.'));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z/.test(
      fs.existsSync(`/proc/${pid}/stat`) ? fs.readFileSync(`/proc/${pid}/stat`, 'utf8') : '',
    );
  } catch {
    return false;
  }
}

function listen(wanted: number): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => resolve(server));
  });
}

/** Returns true if a server listens at `host:port`. */
const isServed = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port: Number(address.split(':')[1]) });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Occupies the port, unless another process does already. */
const occupy = (wanted: number) => listen(wanted).catch(() => undefined);

beforeAll(async () => {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    fs.writeFileSync(path.join(home, name), text, { mode: 0o755 });
  }
  port = await freePort();
});

/** Ends processes of a failed test. */
afterEach(() => {
  const pids = fs.existsSync(devFile) ? Object.values(devInfo().pids) : [];
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  for (const pid of pids) if (pid && isAlive(pid)) process.kill(pid, 'SIGKILL');
});

afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

test('npm start starts all processes, writes private files and removes everything after Ctrl-C', async () => {
  const stack = launch();
  await isRunning(stack);
  const info = devInfo();
  expect(Object.keys(info)).toEqual(
    'api_url docs_url sandbox_url metrics_url temporal_address temporal_namespace temporal_ui_url temporal_bin mongodb_uri account_uuid test_key webhook_secret pids'.split(
      ' ',
    ),
  );
  expect(fs.statSync(devFile).mode & 0o777).toBe(0o600);
  expect(fs.statSync(settingsFile).mode & 0o777).toBe(0o600);
  const settings = JSON.parse(fs.readFileSync(settingsFile, 'utf8')) as Record<string, string>;
  expect(settings).toMatchObject({
    MONGODB_URI: info.mongodb_uri,
    TEMPORAL_ADDRESS: info.temporal_address,
    ENCRYPTION_KEYS: expect.stringMatching(/^dev1:/) as string,
  });
  expect(fs.statSync(path.join(home, '.cerciora/data/secrets.json')).mode & 0o777).toBe(0o600);
  expect(info.test_key).toMatch(/^test_[0-9A-Za-z]{12}\|[0-9A-Za-z]{43}$/);
  expect(info['webhook_secret']).toMatch(/^whsec_[0-9A-Za-z+/]{43}=$/);
  expect(info.pids.start).toBe(stack.child.pid);
  expect(Object.values(info.pids).every(isAlive)).toBe(true);
  expect(stack.output).toContain(`-H 'Authorization: Bearer ${info.test_key}'`);
  expect((await fetch(info.api_url)).status).toBe(200);

  stack.child.kill('SIGINT');
  expect(await stack.exit).toBe(0);
  expect(fs.existsSync(devFile)).toBe(false);
  expect(fs.existsSync(settingsFile)).toBe(false);
  expect(Object.values(info.pids).filter(isAlive)).toEqual([]);
});

test('a second start reports the URL of the first one, and the key stays the same', async () => {
  const first = launch();
  const second = launch();
  expect(await Promise.race([first.exit, second.exit])).toBe(0);
  const [stack, other] = first.output.includes('already running')
    ? [second, first]
    : [first, second];
  expect(other.output).toContain('already running');
  expect(other.output).toContain(devInfo().api_url);
  const reset = launch('reset.js');
  expect(await reset.exit).toBe(1);
  expect(reset.output).toContain('is running');
  stack.child.kill('SIGTERM');
  expect(await stack.exit).toBe(0);
  const keys = fs.readFileSync(path.join(home, 'setups.txt'), 'utf8').trim().split('\n');
  expect(new Set(keys).size).toBe(1);
});

test('servers use other ports when theirs are in use, and the API reports the setting to change', async () => {
  const servers = await Promise.all([7233, 8233, 27017].map(occupy));
  const stack = launch();
  await isRunning(stack);
  const info = devInfo();
  expect(stack.output).toContain('Port 7233 is taken: Temporal moves to');
  expect(stack.output).toContain('Port 27017 is taken: MongoDB moves to');
  expect(info.temporal_address).not.toBe('127.0.0.1:7233');
  expect(info.mongodb_uri).not.toContain(':27017');
  stack.child.kill('SIGINT');
  await stack.exit;

  const api = await listen(port);
  const refused = launch();
  expect(await refused.exit).toBe(1);
  expect(refused.output).toMatch(/Port \d+ is in use.*PORT=\d+ npm start/);
  for (const server of [...servers, api]) server?.close();
});

test('a process that dies is restarted immediately on the same port, and dev.json is updated', async () => {
  const stack = launch();
  await isRunning(stack);
  for (const name of [
    'worker',
    'api',
    'temporal',
    'mongodb',
    'worker',
    'worker',
    'worker',
  ] as const) {
    const before = devInfo();
    process.kill(before.pids[name], 'SIGKILL');
    const renewed = () =>
      devInfo().pids[name] !== before.pids[name] && isAlive(devInfo().pids[name]);
    await until(`${name} again`, renewed, 1000);
    expect({ ...devInfo(), pids: null }).toEqual({ ...before, pids: null });
  }
  await until('the message', () =>
    /api ended \(SIGKILL\).*\n(.*\n)*.*api is ready again/.test(stack.output),
  );
  expect((await fetch(devInfo().api_url)).status).toBe(200);
  const { pids } = devInfo();
  stack.child.kill('SIGINT');
  expect(await stack.exit).toBe(0);
  expect(Object.values(pids).filter(isAlive)).toEqual([]);
});

test('a start after kill -9 stops leftover processes and no other process', async () => {
  const killed = launch();
  await isRunning(killed);
  const left = devInfo();
  killed.child.kill('SIGKILL');
  await killed.exit;
  process.kill(left.pids.worker, 'SIGKILL');
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  started.push(stranger);
  // As if the system had given the dead worker's pid to another process.
  fs.writeFileSync(
    devFile,
    JSON.stringify({ ...left, pids: { ...left.pids, worker: stranger.pid } }),
  );

  const stack = launch();
  await isRunning(stack);
  expect(stack.output).toContain(`api (${left.pids.api})`);
  expect(isAlive(stranger.pid ?? 0)).toBe(true);
  expect([left.pids.api, left.pids.temporal, left.pids.mongodb].filter(isAlive)).toEqual([]);
  // The port may differ: another process may have occupied it meanwhile.
  expect(await isServed(devInfo().temporal_address)).toBe(true);
  stack.child.kill('SIGTERM');
  expect(await stack.exit).toBe(0);
});

test('an error in the settings ends the start with its message, and reset empties the data', async () => {
  const faulty = launch('start.js', { FAKE_FAULT: '1' });
  expect(await faulty.exit).toBe(1);
  expect(faulty.output).toContain('ENCRYPTION_KEYS is not right');
  expect(fs.existsSync(devFile)).toBe(false);
  const data = path.join(home, '.cerciora/data');
  expect(fs.readdirSync(data)).not.toEqual([]);
  expect(await launch('reset.js').exit).toBe(0);
  expect(fs.readdirSync(data)).toEqual([]);
});

test('servers given by address are used, and no server is started', async () => {
  const stack = launch('start.js', {
    TEMPORAL_ADDRESS: 'temporal.test:7233',
    MONGODB_URI: 'mongodb://u:secret@db.test/x',
  });
  await isRunning(stack);
  const info = devInfo();
  expect(info).toMatchObject({
    temporal_address: 'temporal.test:7233',
    mongodb_uri: 'mongodb://u:secret@db.test/x',
    temporal_ui_url: null,
  });
  expect(info.pids).toMatchObject({ temporal: null, mongodb: null });
  expect(stack.output).not.toContain('secret');
  stack.child.kill('SIGINT');
  expect(await stack.exit).toBe(0);
});
