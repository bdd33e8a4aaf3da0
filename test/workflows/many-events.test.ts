/** A run with very many events records no more activity, and still ends. */
import type { WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { MAX_EVENTS_OF_ACTIVITY } from '../../src/domain/run/deadline';
import { fold, type RunView } from '../../src/domain/run/view';
import {
  actionUpdate,
  advanceUpdate,
  startUpdate,
  VERIFICATION_RUN,
  viewQuery,
  type RunInput,
  type RunResult,
} from '../../src/workflows/messages/messages';
import { FakeProjection } from '../support/fake-projection';
import { newRun } from '../support/new-run';
import { WorkflowEnvironment } from '../support/workflow-environment';

let environment: WorkflowEnvironment;
beforeAll(async () => {
  environment = await WorkflowEnvironment.create();
});
afterAll(() => environment.close());

type Handle = WorkflowHandle<(input: RunInput) => Promise<RunResult>>;

/** Executes an opened run that was continued as new with `number` events. */
async function withEvents(number: number, test: (handle: Handle) => Promise<void>): Promise<void> {
  const at = await environment.server.currentTimeMs();
  const { created } = newRun({ at, abandon_after: 1 });
  const opened = { number: 2, at, type: 'run_opened' as const, actor: 'person' as const };
  const events = [created, { ...opened, step_uuid: null, data: { submission_id: null } }];
  const view: RunView = { ...fold(null, events), number };
  const projection = new FakeProjection();
  projection.runs.set(view.uuid, { number, task_time: 0, events, outbox: [], view });
  const worker = await environment.createWorker(view.uuid, projection);
  await worker.runUntil(async () => {
    const handle: Handle = await environment.client.workflow.start(VERIFICATION_RUN, {
      workflowId: view.uuid,
      taskQueue: view.uuid,
      args: [{ kind: 'carried', view, task_time: 0 }],
    });
    await test(handle);
    const cancel = {
      action: 'cancel' as const,
      by: 'ana',
      reason: 'Long.',
      actor: 'staff' as const,
    };
    await handle.executeUpdate(actionUpdate, { args: [cancel] });
    expect(await handle.result()).toMatchObject({ status: 'cancelled' });
  });
}

const eventsOf = async (handle: Handle) => (await handle.query(viewQuery)).number;
const start = (handle: Handle) =>
  handle.executeUpdate(startUpdate, { args: [{ actor: 'person', submission_id: null }] });
const advance = (handle: Handle) =>
  handle.executeUpdate(advanceUpdate, { args: [{ minutes: 600 }] }).then(
    () => null,
    (error: unknown) =>
      ((error as WorkflowUpdateFailedError).cause as ApplicationFailure | undefined)?.type,
  );

test('beyond the limit, neither activity nor time adds events', async () => {
  await withEvents(MAX_EVENTS_OF_ACTIVITY + 5, async (handle) => {
    await start(handle);
    const before = await eventsOf(handle);
    await environment.server.sleep('1 day');
    await start(handle);
    expect(await advance(handle)).toBe('action_not_allowed');
    expect(await eventsOf(handle)).toBe(before);
  });
});

test('below it, they do', async () => {
  await withEvents(10, async (handle) => {
    await start(handle);
    const before = await eventsOf(handle);
    await environment.server.sleep('1 day');
    await start(handle);
    expect(await advance(handle)).toBeNull();
    expect(await eventsOf(handle)).toBeGreaterThan(before + 2);
  });
});
