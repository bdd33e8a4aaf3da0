import type { Logger } from 'pino';
import type { ErasedRun } from '../../store/runs/run-erasure';
import { forEachIsolated } from '../../store/for-each-isolated';
import { finishErasure, type ErasurePorts } from './erase-run';

/**
 * Finishes the erasures that began before a time, in milliseconds, and were interrupted. Continues after a failed one.
 * Safe in several processes at once.
 * @throws Error at the end if some failed.
 */
export async function finishErasures(
  ports: ErasurePorts,
  logger: Logger,
  before: number,
): Promise<void> {
  const finishOne = async (run: ErasedRun) => {
    try {
      await finishErasure(ports, run);
      logger.info({ run_uuid: run.uuid }, 'an erasure that was cut short was finished');
    } catch (error) {
      logger.debug({ err: error, run_uuid: run.uuid }, 'an erasure could not be finished yet');
      throw error;
    }
  };
  const begun = ports.runErasure.unfinished(new Date(before));
  await forEachIsolated(begun, finishOne, (faults) => `${faults} erasures could not be finished`);
}
