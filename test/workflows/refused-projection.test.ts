/** MongoDB refuses the events of a run for good: the run goes on, and nothing is retried by a timer. */
import {
  actionUpdate,
  cancelSignal,
  reconcileSignal,
  viewQuery,
} from '../../src/workflows/messages/messages';
import type { FakeProjection } from '../support/fake-projection';
import { WorkflowEnvironment, type TestRun } from '../support/workflow-environment';

const HOUR = 60 * 60_000;

let environment: WorkflowEnvironment;
beforeAll(async () => {
  environment = await WorkflowEnvironment.create();
});
afterAll(() => environment.close());

const statusOf = async (run: TestRun) => (await run.handle.query(viewQuery)).status;
const signals = { by: 'ana', reason: 'too_large' };

/** Makes MongoDB accept the events again, as after an operator's repair. */
async function repair(run: TestRun, projection: FakeProjection): Promise<void> {
  projection.isRefusing = false;
  await run.handle.signal(reconcileSignal);
}

test('goes on, is cancelled, and ends once its events are stored by a repair', async () => {
  await environment.withRun({ record: 'projection-refused' }, async (run, projection) => {
    await run.open();
    projection.isRefusing = true;
    expect((await run.submit(0)).run.current_step_uuid).toBe(run.steps[1]);
    const stored = projection.get(run.uuid).number;
    await environment.server.sleep(HOUR);
    const { calls } = projection;
    await environment.server.sleep(HOUR);
    expect(projection.calls).toBe(calls);
    const cancelled = await run.handle.executeUpdate(actionUpdate, {
      args: [{ action: 'cancel', by: 'ana', reason: 'Too large.', actor: 'staff' }],
    });
    expect(cancelled.run.status).toBe('cancelled');
    expect(cancelled.unstored).not.toBeNull();
    expect(projection.get(run.uuid).number).toBe(stored);
    expect((await run.handle.describe()).status.name).toBe('RUNNING');
    await repair(run, projection);
    expect(await run.handle.result()).toMatchObject({ status: 'cancelled' });
    expect(projection.get(run.uuid).view.status).toBe('cancelled');
  });
});

test('is refused after an outage: the activity that retries gives up, and the run goes on', async () => {
  await environment.withRun({}, async (run, projection) => {
    await run.open();
    projection.isDown = true;
    await run.submit(0);
    projection.isRefusing = true;
    projection.isDown = false;
    await run.submit(1);
    expect(await statusOf(run)).toBe('success');
    await repair(run, projection);
    expect(await run.handle.result()).toMatchObject({ status: 'success' });
  });
});

test('stores everything with the next message that MongoDB accepts', async () => {
  await environment.withRun({}, async (run, projection) => {
    projection.isRefusing = true;
    await run.open();
    projection.isRefusing = false;
    expect((await run.submit(0)).unstored).toBeNull();
    await run.handle.signal(cancelSignal, signals);
    expect(await run.handle.result()).toMatchObject({ status: 'cancelled' });
  });
});

test('asks a reviewer where its rules cannot be evaluated without the events', async () => {
  const options = { steps: ['acceptance', 'personal_address'], skippable: [1], judged: [0] };
  await environment.withRun(options, async (run, projection) => {
    await run.open();
    projection.isRefusing = true;
    expect((await run.submit(0)).run.status).toBe('in_review');
    expect(projection.asked).toEqual([]);
    await run.handle.executeUpdate(actionUpdate, {
      args: [{ action: 'approve_step', by: 'ana', reason: 'Fine.', actor: 'staff' }],
    });
    expect((await run.submit(1)).run.status).toBe('success');
    await repair(run, projection);
    expect(await run.handle.result()).toMatchObject({ status: 'success' });
  });
});
