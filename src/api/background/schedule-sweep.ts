import type { Logger } from 'pino';
import { isStoreUnavailable } from '../../store/connection';

interface Sweeping {
  every_ms: number;
  logger: Logger;
  /** Text of the log line where a sweep fails. */
  fault: string;
}

/**
 * Sweeps now and then at intervals, one sweep at a time; the next one makes up for a sweep that failed. Returns a
 * function that stops it.
 */
export function scheduleSweep(
  { every_ms, logger, fault }: Sweeping,
  sweep: () => Promise<void>,
): () => void {
  let isUnderWay = false;
  const sweepOnce = async () => {
    if (isUnderWay) return;
    isUnderWay = true;
    try {
      await sweep();
    } catch (error) {
      // That the database is away is told by whoever needs it now.
      logger[isStoreUnavailable(error) ? 'debug' : 'warn']({ err: error }, fault);
    } finally {
      isUnderWay = false;
    }
  };
  const timer = setInterval(() => void sweepOnce(), every_ms).unref();
  void sweepOnce();
  return () => {
    clearInterval(timer);
  };
}
