import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilePool } from './file-pool';
import { FilesBusy } from './file-task';

/** Source of a thread that acts by the first byte of a file; the other bytes are its name. */
const THREAD = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ bytes: [action, name] }) => {
  if (action === 1) for (;;);
  if (action === 2) { const all = []; for (;;) all.push(new Array(100_000).fill({})); }
  if (action === 3) process.exit();
  if (action === 4) throw new Error('broken');
  if (action === 5) return parentPort.postMessage({ failed: 'unreadable' });
  parentPort.postMessage({ answer: [Object.keys(process.env).length, name] });
});`;
const [SPIN, EAT, EXIT, THROW, FAIL, ANSWER] = [1, 2, 3, 4, 5, 6];

let folder: string;
let pool: FilePool;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-pool-'));
  writeFileSync(join(folder, 'thread.js'), THREAD);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  pool = new FilePool(join(folder, 'thread.js'), 3_000);
});

const run = (action = ANSWER, account = 'a', name = 0) =>
  pool.run({ kind: 'pages', bytes: new Uint8Array([action, name]), limit: 1 }, account);

test('a thread returns its result and has no environment variables', async () => {
  expect(await run(ANSWER, 'a', 7)).toEqual([0, 7]);
});

test.each([
  [SPIN, 'takes too long to read', 'ContentRefused'],
  [EAT, 'takes too much memory to read', 'ContentRefused'],
  [EXIT, 'A file thread ended.', 'Error'],
  [THROW, 'broken', 'Error'],
  [FAIL, 'A file could not be read: unreadable', 'Error'],
])('a thread that does %d is replaced and other tasks continue', async (action, message, name) => {
  const outcomes = await Promise.allSettled([run(action), run(), run(action), run()]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...['rejected', 'fulfilled', 'rejected', 'fulfilled'],
  ]);
  await expect(run(action)).rejects.toMatchObject({
    name,
    message: expect.stringContaining(message),
  });
  expect(await run()).toEqual([0, 0]);
});

test('accounts are served in turn, and one account cannot fill the queue alone', async () => {
  const ended: string[] = [];
  const track = (account: string) => run(ANSWER, account).then(() => ended.push(account));
  const jobs = Array.from({ length: 18 }, () => track('a'));
  await expect(run()).rejects.toThrow(FilesBusy);
  jobs.push(track('b'), track('c'));
  await Promise.all(jobs);
  expect(ended.slice(0, 6)).toEqual(expect.arrayContaining(['b', 'c']));
  const others = Array.from({ length: 102 }, (_, index) => run(ANSWER, `${index}`));
  await expect(run(ANSWER, 'late')).rejects.toThrow(FilesBusy);
  await Promise.all(others);
});
