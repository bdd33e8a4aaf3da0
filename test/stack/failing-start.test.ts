/**
 * Tests failing starts of stacks and servers: they report the failure, and leave neither processes nor folders behind.
 */
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePort, host, processesOf } from '../support/launching';
import { standIn } from '../support/project-copy';
import { startMongo } from '../support/servers';
import { Stack } from '../support/stack';

const CHANGED = ['CERCIORA_TEST_RUN', 'TMPDIR', 'TEST_MONGODB_CMD'] as const;
const before = Object.fromEntries(CHANGED.map((name) => [name, process.env[name]]));
let home: string;

/** Processes started in the test belong to a run of their own, so that they can be counted. */
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora-failing-'));
  fs.mkdirSync(path.join(home, 'tmp'));
  process.env['CERCIORA_TEST_RUN'] = [before['CERCIORA_TEST_RUN'], home].filter(Boolean).join(':');
  process.env['TMPDIR'] = path.join(home, 'tmp');
});
afterEach(() => {
  Object.assign(process.env, before);
  for (const pid of processesOf(home)) process.kill(pid, 'SIGKILL');
  fs.rmSync(home, { recursive: true });
});

function useMongod(serve: string): void {
  const file = path.join(home, 'bin', 'mongod');
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(file, standIn('db version v8.0.0', serve), { mode: 0o755 });
  process.env['TEST_MONGODB_CMD'] = JSON.stringify([file]);
}

const expectNothingLeft = () => {
  expect(processesOf(home)).toEqual([]);
  expect(fs.readdirSync(path.join(home, 'tmp'))).toEqual([]);
};

test('a stack whose database exits immediately fails to start and stops its Temporal', async () => {
  useMongod("console.error('no such disk'); process.exit(3);");
  await expect(Stack.start()).rejects.toThrow('mongodb did not start:\nno such disk');
  expectNothingLeft();
}, 60_000);

test('a stack whose worker does not start stops its other processes', async () => {
  const faulty = Stack.start({}, { TEMPORAL_TASK_QUEUE: 'other', CODE_KEYS: 'no key' });
  await expect(faulty).rejects.toThrow(/worker ended with 78: .*CODE_KEYS/s);
  expectNothingLeft();
}, 60_000);

test('a server that never listens is stopped after its time limit', async () => {
  useMongod("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);");
  await expect(startMongo({ limitMs: 500 })).rejects.toThrow('did not listen within 0.5 s');
  expectNothingLeft();
}, 60_000);

test('a server with a given port fails with PortTaken when the port is in use', async () => {
  const port = await freePort();
  const stranger = net.createServer().listen(port, host);
  useMongod('setTimeout(listen, 200);');
  await expect(startMongo({ port })).rejects.toMatchObject({ name: 'PortTaken' });
  stranger.close();
  expectNothingLeft();
}, 60_000);

test('a stack uses other ports when those of its API and its metrics are in use', async () => {
  const strangers: net.Server[] = [];
  const occupied: number[] = [];
  const original = Stack.prototype.environmentOf;
  // Occupies the ports that the first start has chosen before its processes listen.
  const spy = jest.spyOn(Stack.prototype, 'environmentOf').mockImplementation(function (
    this: Stack,
    role,
  ) {
    const environment = original.call(this, role);
    const port = Number(environment[role === 'api' ? 'PORT' : 'METRICS_PORT']);
    if (occupied.length < 2) {
      strangers.push(net.createServer().listen(port, host));
      occupied.push(port);
    }
    return environment;
  });
  const stack = await Stack.start({}, { METRICS_PORT: '0' }).finally(() => spy.mockRestore());
  try {
    const served = [stack.url, stack.metricsUrl].map((url) => Number(new URL(url).port));
    expect(occupied).toHaveLength(2);
    expect(served.filter((port) => occupied.includes(port))).toEqual([]);
    expect((await fetch(`${stack.url}/healthz`)).status).toBe(200);
    expect((await fetch(stack.metricsUrl)).status).toBe(200);
  } finally {
    strangers.forEach((stranger) => stranger.close());
    await stack.stop();
  }
  expectNothingLeft();
}, 90_000);
