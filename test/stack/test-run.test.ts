/**
 * Tests `npm test` with failing servers, a Jest that doesn't exit, and interruptions: it ends, counts and cleans up.
 */
import { once } from 'node:events';
import net from 'node:net';
import { ProjectCopy, type ProjectOptions } from '../support/project-copy';

const copies: ProjectCopy[] = [];
const strangers: net.Server[] = [];
const run = (options: ProjectOptions, args?: string[]) => {
  const copy = ProjectCopy.run(options, args);
  copies.push(copy);
  return copy;
};
afterEach(() => {
  for (const copy of copies.splice(0)) copy.remove();
  for (const stranger of strangers.splice(0)) stranger.close();
});

const NOTHING_LEFT = { processes: [], folders: [] };
const PASSING = "test('passes', () => undefined);";
/** A test that leaves a folder and a detached process behind, reports it, and never ends. */
const ENDLESS = `
  const { spawn } = require('node:child_process');
  const fs = require('node:fs');
  test('goes on for ever', async () => {
    fs.mkdtempSync(require('node:path').join(require('node:os').tmpdir(), 'left-'));
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
    fs.writeFileSync('begun', '');
    await new Promise(() => setInterval(() => {}, 1000));
  }, 600_000);`;

test('a run counts passed and failed tests and leaves no processes or folders', async () => {
  const tests = {
    good: PASSING,
    bad: "test('fails', () => { throw new Error('on purpose'); }); test.todo('later');",
  };
  const copy = run({ tests }, ['--runInBand']);
  expect(await copy.end()).toEqual({
    ...{ code: 1, count: '1 passed, 1 failed, 1 skipped' },
    ...NOTHING_LEFT,
  });
}, 60_000);

test('a server that exits immediately ends the run and is reported once', async () => {
  const copy = run({ mongod: "console.error('no such disk'); process.exit(3);" });
  expect(await copy.end()).toEqual({ code: 1, count: '0 passed, 1 failed', ...NOTHING_LEFT });
  expect(copy.said('mongodb did not start:\nno such disk')).toBe(1);
  expect(copy.said('no such disk')).toBe(1);
}, 60_000);

test('a server that never listens ends the run and is stopped', async () => {
  const copy = run({
    ...{ mongod: "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);" },
    limits: { startLimitMs: 1_000 },
  });
  expect(await copy.end()).toEqual({ code: 1, count: '0 passed, 1 failed', ...NOTHING_LEFT });
  expect(copy.said('mongodb did not listen within 1 s')).toBe(1);
}, 60_000);

test('a server whose port is in use when it starts is started on another port', async () => {
  const mongod = `
    if (fs.existsSync('first')) return listen();
    fs.writeFileSync('first', String(port));
    setInterval(() => fs.existsSync('taken') && listen(), 200);`;
  const seen = `
    test('has a server on the other port', () => {
      const port = new URL(process.env.TEST_MONGODB_URI).port;
      require('node:fs').writeFileSync('port', port);
      return new Promise((resolve) => require('node:net').connect(+port, '127.0.0.1').once('connect', function () { this.destroy(); resolve(); }));
    });`;
  const copy = run({ mongod, tests: { seen } }, ['--runInBand']);
  await copy.until(() => Boolean(copy.note('first')));
  const stranger = net.createServer().listen(Number(copy.note('first')), '127.0.0.1');
  strangers.push(stranger);
  await once(stranger, 'listening');
  copy.leaveNote('taken');
  expect(await copy.end()).toEqual({ code: 0, count: '1 passed, 0 failed', ...NOTHING_LEFT });
  expect(copy.note('port')).toMatch(/^\d+$/);
  expect(copy.note('port')).not.toBe(copy.note('first'));
}, 60_000);

test('a Jest that does not exit after its tests is stopped, reported and counted', async () => {
  const stays = `${PASSING} setInterval(() => {}, 1000);`;
  const copy = run({ tests: { stays }, limits: { exitGraceMs: 500 } }, ['--runInBand']);
  expect(await copy.end()).toEqual({ code: 0, count: '1 passed, 0 failed', ...NOTHING_LEFT });
  expect(copy.said('after its last test: jest --runInBand')).toBe(1);
}, 60_000);

test('a run above its time limit is stopped', async () => {
  const copy = run({ tests: { b: ENDLESS }, limits: { limitMs: 3_000 } }, ['--runInBand']);
  expect(await copy.end()).toEqual({ code: 1, count: '0 passed, 1 failed', ...NOTHING_LEFT });
  expect(copy.said('The run was ended after 0.05 min, its limit.')).toBe(1);
}, 60_000);

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'a run that receives %s during a test stops its processes',
  async (signal) => {
    // Jest begins with the longest file.
    const first = `${PASSING} // ${'-'.repeat(2 * ENDLESS.length)}`;
    const copy = run({ tests: { first, second: ENDLESS } }, ['--runInBand']);
    await copy.until(() => copy.note('begun') !== null);
    // Two servers, Jest, and what the test started.
    expect(copy.processes.length).toBeGreaterThanOrEqual(4);
    copy.interrupt(signal);
    expect(await copy.end()).toEqual({ code: 130, count: '1 passed, 1 failed', ...NOTHING_LEFT });
    expect(copy.said('Ended in the middle of its tests: jest')).toBe(1);
  },
  60_000,
);

test.each([1, 2, 3])(
  'a run that is interrupted once %i of its processes exist stops them',
  async (number) => {
    // Of two servers, a question to one of them, and Jest.
    const copy = run({ mongod: 'setTimeout(listen, 300);', tests: { endless: ENDLESS } });
    await copy.until(() => copy.processes.length >= number);
    copy.interrupt('SIGINT');
    expect(await copy.end()).toEqual({ code: 130, count: '0 passed, 1 failed', ...NOTHING_LEFT });
  },
  60_000,
);

test('a start that fails in beforeAll is not reported again by afterAll', async () => {
  const half = `
    let started;
    beforeAll(() => { throw new Error('no server'); });
    afterAll(() => started.stop());
    test('one', () => undefined);
    test('two', () => undefined);`;
  const hook = `afterAll(() => { throw new Error('of its own'); }); ${PASSING}`;
  const copy = run({ tests: { half, hook } }, ['--runInBand']);
  expect(await copy.end()).toEqual({ code: 1, count: '1 passed, 3 failed', ...NOTHING_LEFT });
  const [, ...failures] = copy.output.split('Failed: ');
  expect(failures.filter((text) => text.includes('no server'))).toHaveLength(1);
  expect(failures.filter((text) => text.includes('of its own'))).toHaveLength(1);
}, 60_000);
