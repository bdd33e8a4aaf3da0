/** Registers the Temporal Schedules (https://docs.temporal.io/schedule) of work that belongs to no run. */
import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';

const SCHEDULES = [
  { name: 'finish-erasures', workflowType: 'finishErasures', every: '2 minutes' },
  { name: 'remove-unconfirmed-files', workflowType: 'removeUnconfirmedFiles', every: '10 minutes' },
  { name: 'check-sending', workflowType: 'checkSending', every: '2 minutes' },
] as const;

/**
 * Creates the schedules `<task queue>-<name>`, or brings existing ones up to date. A schedule that an operator paused
 * stays paused. Safe for several workers at a time.
 */
export async function registerSchedules(client: Client, taskQueue: string): Promise<void> {
  await Promise.all(SCHEDULES.map((task) => registerSchedule(client, taskQueue, task)));
}

async function registerSchedule(
  { schedule }: Client,
  taskQueue: string,
  { name, workflowType, every }: (typeof SCHEDULES)[number],
): Promise<void> {
  const scheduleId = `${taskQueue}-${name}`;
  const options = {
    scheduleId,
    spec: { intervals: [{ every }] },
    action: {
      type: 'startWorkflow',
      workflowType,
      taskQueue,
      workflowId: scheduleId,
      workflowExecutionTimeout: '1 hour',
    },
    // One run makes up for those that were missed.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  } satisfies ScheduleOptions;
  try {
    await schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    await schedule.getHandle(scheduleId).update(({ state }) => ({ spec, action, policies, state }));
  }
}
