import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Maximum time for which one input may block the event loop, in milliseconds. */
export const MAX_BLOCK_MS = 250;

/**
 * Runs a function and measures the longest block of the event loop, in milliseconds. On a busy machine the thread also
 * waits for a processor, so a block counts no more than the processor time that the thread used.
 */
export async function measureBlock<Result>(run: () => Result | Promise<Result>) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // The histogram's own timer has to run before and after.
  await sleep(3);
  const before = processorMs();
  const result = await run();
  await sleep(3);
  delay.disable();
  return { result, blockMs: Math.min(delay.max / 1e6, processorMs() - before) };
}

/** Returns the processor time of the main thread (https://docs.kernel.org/scheduler/sched-stats.html); Linux only. */
function processorMs(): number {
  if (process.platform !== 'linux') return performance.now();
  return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
}
