/** Tests the Temporal Schedules, which do the work outside of runs. */
import { ScheduleOverlapPolicy } from '@temporalio/client';
import { unwrapPlain } from '../../src/workflows/converters/payload-converter';
import { Stack } from '../support/stack';

const NAMES = ['check-sending', 'finish-erasures', 'remove-unconfirmed-files'];

describe('the schedules of a namespace', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start();
  }, 60_000);
  afterAll(() => stack.stop(), 30_000);

  const scheduleIds = async () => {
    const ids: string[] = [];
    for await (const { scheduleId } of stack.client.schedule.list()) ids.push(scheduleId);
    return ids.sort();
  };
  const handleOf = (name: string) => stack.client.schedule.getHandle(`cerciora-${name}`);

  it('are created by the workers and never overlap', async () => {
    const expected = NAMES.map((name) => `cerciora-${name}`);
    while ((await scheduleIds()).length < expected.length);
    expect(await scheduleIds()).toEqual(expected);
    for (const name of NAMES) {
      const { policies, state } = await handleOf(name).describe();
      expect(policies).toMatchObject({ overlap: ScheduleOverlapPolicy.SKIP });
      expect(policies.catchupWindow).toBe(60_000);
      expect(state.paused).toBe(false);
    }
  });

  it.each([
    ['check-sending', '0 connectors without receipts, 0 closed prefixes'],
    ['finish-erasures', '0 erasures finished'],
    ['remove-unconfirmed-files', '0 files removed'],
  ])('execute %s in a worker, which reports to the Temporal UI', async (name, report) => {
    const handle = handleOf(name);
    await handle.trigger();
    let started: string | undefined;
    while (started === undefined) {
      const { recentActions, runningActions } = (await handle.describe()).info;
      const [action] = [...runningActions, ...recentActions.map((recent) => recent.action)];
      started = action?.workflow.workflowId;
    }
    // Not encrypted, for the Temporal UI.
    expect(unwrapPlain(await stack.client.workflow.result(started))).toBe(report);
  });

  it('stay paused when a worker restarts', async () => {
    await handleOf('check-sending').pause('the providers are being moved');
    await stack.kill('worker');
    await stack.spawn('worker');
    const { state } = await handleOf('check-sending').describe();
    expect(state).toMatchObject({ paused: true, note: 'the providers are being moved' });
  });
});
