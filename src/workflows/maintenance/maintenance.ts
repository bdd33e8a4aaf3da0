/**
 * Workflows of the Temporal Schedules: work that belongs to no run. Each runs one activity; its result is a line of text
 * that operators read in the Temporal UI.
 */
import { proxyActivities } from '@temporalio/workflow';
import type { MaintenanceTasks } from '../../activities/maintenance';
import { publicText } from '../converters/payload-converter';

const tasks = proxyActivities<MaintenanceTasks>({
  startToCloseTimeout: '10 minutes',
  // A worker that was killed is replaced after this long.
  heartbeatTimeout: '30 seconds',
  // The next run of the schedule makes up for one that failed.
  retry: { maximumAttempts: 3, initialInterval: '5 seconds' },
});

/** Finishes erasures of personal data that were cut short. */
export async function finishErasures(): Promise<string> {
  return publicText(await tasks.finishErasures());
}

/** Removes uploaded files that no run accepted. */
export async function removeUnconfirmedFiles(): Promise<string> {
  return publicText(await tasks.removeUnconfirmedFiles());
}

/** Reports providers that send no receipts and phone prefixes that are closed. */
export async function checkSending(): Promise<string> {
  return publicText(await tasks.checkSending());
}
