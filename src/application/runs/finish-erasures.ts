import type { Logger } from 'pino';
import type { ErasedRun } from '../../store/runs/run-erasure';
import { forEachIsolated } from '../../store/for-each-isolated';
import { finishErasure, type ErasurePorts } from './erase-run';

/**
 * Finishes the erasures that began before a time, in milliseconds, and were cut short by a process that died or by an
 * outage. One that fails again doesn't stop the others. Returns how many were finished. Safe in several processes at once.
 * @throws Error at the end, where some failed.
 */
export async function finishErasures(
  ports: ErasurePorts,
  logger: Logger,
  before: number,
): Promise<number> {
  let finished = 0;
  const finishOne = async (run: ErasedRun) => {
    try {
      await finishErasure(ports, run);
      finished += 1;
      logger.info({ run_uuid: run.uuid }, 'an erasure that was cut short was finished');
    } catch (error) {
      logger.debug({ err: error, run_uuid: run.uuid }, 'an erasure could not be finished yet');
      throw error;
    }
  };
  const begun = ports.runErasure.unfinished(new Date(before));
  await forEachIsolated(begun, finishOne, (faults) => `${faults} erasures could not be finished`);
  return finished;
}
