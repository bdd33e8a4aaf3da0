import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Maximum time for which one input may block the event loop, in milliseconds. */
export const MAX_BLOCK_MS = 250;

/** Runs a function and measures the longest block of the event loop, in milliseconds. */
export async function measureBlock<Result>(run: () => Result | Promise<Result>) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // The histogram's own timer has to run before and after.
  await sleep(3);
  const result = await run();
  await sleep(3);
  delay.disable();
  return { result, blockMs: delay.max / 1e6 };
}
