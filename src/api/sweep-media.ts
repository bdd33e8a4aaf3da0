import type { Logger } from 'pino';
import type { MediaStore } from '../store/media/media';
import type { RunStore } from '../store/runs/runs';
import { keepSweeping } from './keep-sweeping';

/** An hour longer than an `Idempotency-Key` lives: until then a repetition may confirm the file. */
const UNCONFIRMED_MS = 25 * 60 * 60_000;
const EVERY_MS = 10 * 60_000;

interface Sweeping {
  media: MediaStore;
  runs: RunStore;
  logger: Logger;
}

/** Removes files that no run took, for instance since the process died in between. Answers how to stop it. */
export function sweepMedia({ media, runs, logger }: Sweeping): () => void {
  const fault = 'files that no run took could not be removed yet';
  return keepSweeping({ every_ms: EVERY_MS, logger, fault }, async () => {
    const removed = await media.sweep(new Date(Date.now() - UNCONFIRMED_MS), async (place) => {
      const run = await runs.find(place, place.run_uuid);
      return run?.view.steps.flatMap((step) => step.media ?? []) ?? [];
    });
    if (removed > 0) logger.info({ removed }, 'files that no run took were removed');
  });
}
