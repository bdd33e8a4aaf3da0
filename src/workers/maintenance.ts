/** The tasks of the Temporal Schedules, with the stores of a worker process. */
import type { Logger } from 'pino';
import type { MaintenanceTasks } from '../activities/maintenance';
import { removeUnconfirmed } from '../application/media/remove-unconfirmed';
import { countClosedPrefixes, findSilentConnectors } from '../application/messages/sending-health';
import { finishErasures } from '../application/runs/finish-erasures';
import type { Stores } from '../store/stores';

/** Milliseconds. An erasure that began later than this may still be in progress. */
const IN_PROGRESS_MS = 30_000;

export function createMaintenance(stores: Stores, logger: Logger): MaintenanceTasks {
  return {
    finishErasures: async () => {
      const finished = await finishErasures(stores, logger, Date.now() - IN_PROGRESS_MS);
      return `${finished} erasures finished`;
    },
    removeUnconfirmedFiles: async () => {
      const removed = await removeUnconfirmed(stores);
      if (removed > 0) logger.info({ removed }, 'files that no run accepted were removed');
      return `${removed} files removed`;
    },
    checkSending: async () => {
      const silent = await findSilentConnectors(stores);
      for (const connector of silent) {
        const text = 'no receipts arrive: check that the provider reaches PUBLIC_URL, and its keys';
        logger.warn(connector, text);
      }
      const closed = await countClosedPrefixes(stores);
      return `${silent.length} connectors without receipts, ${closed} closed prefixes`;
    },
  };
}
