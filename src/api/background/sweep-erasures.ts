import type { Logger } from 'pino';
import type { ErasurePorts } from '../../application/runs/erase-run';
import { finishErasures } from '../../application/runs/finish-erasures';
import { scheduleSweep } from './schedule-sweep';

const EVERY_MS = 2 * 60_000;
/** An erasure younger than this, in milliseconds, may still be in progress. */
const IN_PROGRESS_MS = 30_000;

/** Finishes interrupted erasures, now and every two minutes. Returns a function that stops it. */
export function sweepErasures(ports: ErasurePorts, logger: Logger): () => void {
  const fault = 'some erasures could not be finished yet';
  return scheduleSweep({ every_ms: EVERY_MS, logger, fault }, () =>
    finishErasures(ports, logger, Date.now() - IN_PROGRESS_MS),
  );
}
