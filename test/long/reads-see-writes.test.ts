import { readAfterWrites } from '../support/read-after-writes';
import { startSlowStack, type SlowStack } from '../support/slow-stack';

const READS = 10_000;
/** Promised maximum response time, in milliseconds. */
const PROMISED_MS = 5_000;

let slow: SlowStack;
beforeAll(async () => {
  slow = await startSlowStack();
}, 90_000);
afterAll(() => slow.stop(), 30_000);

test(`${READS} reads after writes show the writes while MongoDB receives events late`, async () => {
  const startedAt = performance.now();
  const { reads, stale, unexpected, slowest } = await readAfterWrites(slow, {
    reads: READS,
    seed: Date.now(),
  });
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  console.info(`${reads} reads in ${seconds} s, ${stale.length} stale; slowest ${slowest} ms`);
  expect({ stale, unexpected }).toEqual({ stale: [], unexpected: [] });
  expect(reads).toBeGreaterThanOrEqual(READS);
  expect(slowest).toBeLessThan(PROMISED_MS);
}, 3_600_000);
