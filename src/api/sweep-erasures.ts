/** Finishes erasures whose process died or met an outage on the way: what was begun isn't left to its caller to repeat. */
import type { Logger } from 'pino';
import type { ErasedRun } from '../store/runs/run-erasure';
import { withEach } from '../store/with-each';
import { keepSweeping } from './keep-sweeping';
import { finishErasure, type Erasing } from './runs/erase-run';

const EVERY_MS = 2 * 60_000;
/** An erasure that began later than this, in milliseconds, may still be under way. */
const UNDER_WAY_MS = 30_000;

/** Looks now and every two minutes. Safe in several processes at once. Answers how to stop it. */
export function sweepErasures(stores: Erasing, logger: Logger): () => void {
  const fault = 'some erasures could not be finished yet';
  return keepSweeping({ every_ms: EVERY_MS, logger, fault }, () =>
    finishErasures(stores, logger, Date.now() - UNDER_WAY_MS),
  );
}

/**
 * Finishes what began before a time, in milliseconds. One that can't be finished holds up none of the others.
 * @throws Error at the end, where there were such.
 */
export async function finishErasures(
  stores: Erasing,
  logger: Logger,
  before: number,
): Promise<void> {
  const finishOne = async (run: ErasedRun) => {
    try {
      await finishErasure(stores, run);
      logger.info({ run_uuid: run.uuid }, 'an erasure that was cut short was finished');
    } catch (error) {
      logger.debug({ err: error, run_uuid: run.uuid }, 'an erasure could not be finished yet');
      throw error;
    }
  };
  const begun = stores.runErasure.unfinished(new Date(before));
  await withEach(begun, finishOne, (faults) => `${faults} erasures could not be finished`);
}
