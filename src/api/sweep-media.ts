import type { Logger } from 'pino';
import type { MediaStore } from '../store/media';
import type { RunStore } from '../store/runs';

/** An hour longer than an `Idempotency-Key` lives: until then a repetition may confirm the file. */
const UNCONFIRMED_MS = 25 * 60 * 60_000;
const EVERY_MS = 10 * 60_000;

interface Sweeping {
  media: MediaStore;
  runs: RunStore;
  logger: Logger;
}

/** Removes files that no run took, for instance since the process died in between. Answers how to stop it. */
export function sweepMedia(sweeping: Sweeping): () => void {
  const timer = setInterval(() => void sweepOnce(sweeping), EVERY_MS).unref();
  void sweepOnce(sweeping);
  return () => {
    clearInterval(timer);
  };
}

async function sweepOnce({ media, runs, logger }: Sweeping): Promise<void> {
  try {
    const removed = await media.sweep(new Date(Date.now() - UNCONFIRMED_MS), async (uuid) => {
      const run = await runs.findById(uuid);
      return run?.view.steps.flatMap((step) => step.media ?? []) ?? [];
    });
    if (removed > 0) logger.info({ removed }, 'files that no run took were removed');
  } catch (error) {
    logger.warn({ err: error }, 'files that no run took could not be removed yet');
  }
}
