import type { Logger } from 'pino';
import { isStoreUnavailable } from '../../store/connection';

interface Sweeping {
  every_ms: number;
  logger: Logger;
  /** Log message for a failed sweep. */
  fault: string;
}

/**
 * Sweeps now and then at intervals, one sweep at a time; a failed sweep is made up for by the next one. Returns a
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
      // An unavailable database is reported by other calls.
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
