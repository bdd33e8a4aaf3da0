import type { Logger } from 'pino';
import { removeUnconfirmed } from '../../application/media/remove-unconfirmed';
import type { Ports } from '../../application/ports';
import { scheduleSweep } from './schedule-sweep';

const EVERY_MS = 10 * 60_000;

/** Removes files that no run accepted, now and every ten minutes. Returns a function that stops it. */
export function sweepMedia(ports: Pick<Ports, 'media' | 'runs'>, logger: Logger): () => void {
  const fault = 'files that no run took could not be removed yet';
  return scheduleSweep({ every_ms: EVERY_MS, logger, fault }, async () => {
    const removed = await removeUnconfirmed(ports);
    if (removed > 0) logger.info({ removed }, 'files that no run took were removed');
  });
}
