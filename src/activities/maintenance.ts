/** Activities of the Temporal Schedules. */
import { heartbeat } from '@temporalio/activity';
import { storeFailure } from './failures';

/** Work that belongs to no run. Each task returns a line of text without personal data, and may run twice at a time. */
export interface MaintenanceTasks {
  finishErasures(): Promise<string>;
  removeUnconfirmedFiles(): Promise<string>;
  checkSending(): Promise<string>;
}

const HEARTBEAT_MS = 5_000;

/** Wraps tasks as activities: they heartbeat, and fail with a code instead of a library's message. */
export function maintenanceActivities(tasks: MaintenanceTasks): MaintenanceTasks {
  return {
    finishErasures: asActivity(() => tasks.finishErasures()),
    removeUnconfirmedFiles: asActivity(() => tasks.removeUnconfirmedFiles()),
    checkSending: asActivity(() => tasks.checkSending()),
  };
}

function asActivity(task: () => Promise<string>): () => Promise<string> {
  return async () => {
    const timer = setInterval(() => {
      heartbeat();
    }, HEARTBEAT_MS);
    try {
      return await task().catch(storeFailure);
    } finally {
      clearInterval(timer);
    }
  };
}
