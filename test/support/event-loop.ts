import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** The longest time in milliseconds for which one input may block the event loop. */
export const MAX_BLOCK_MS = 250;

/** Runs something and measures for how long it blocked the event loop at most, in milliseconds. */
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
