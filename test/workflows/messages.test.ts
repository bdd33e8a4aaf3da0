import { randomUUID } from 'node:crypto';
import { Client, WorkflowUpdateFailedError, WorkflowFailedError } from '@temporalio/client';
import { createDataConverter } from '../../src/platform/temporal/data-converter';
import { FakeProjection } from '../support/fake-projection';
import { testKeys } from '../support/keys';
import { newRun } from '../support/new-run';
import { plainSpeaking } from '../support/plain-speaking';
import { WorkflowEnvironment, type TestRun } from '../support/workflow-environment';

describe('messages from outside this service', () => {
  let environment: WorkflowEnvironment;
  let stranger: Client;
  beforeAll(async () => {
    environment = await WorkflowEnvironment.create();
    stranger = new Client({
      connection: environment.server.connection,
      dataConverter: plainSpeaking(createDataConverter(testKeys.ENCRYPTION_KEYS)),
    });
  });
  afterAll(() => environment.close());

  const rawSignal = (run: TestRun, signalName: string, payload: object) =>
    environment.server.connection.workflowService.signalWorkflowExecution({
      namespace: environment.client.options.namespace,
      workflowExecution: { workflowId: run.uuid },
      signalName,
      input: { payloads: [payload] },
      requestId: randomUUID(),
    });

  it('are recorded and change nothing when they are malformed', async () => {
    await environment.withRun({ record: 'strange-signals' }, async (run, projection) => {
      await run.open();
      const handle = stranger.workflow.getHandle(run.uuid);
      await handle.signal('cancel', 'garbage');
      await handle.signal('cancel');
      await handle.signal('cancel', { by: 'eve', reason: 'A sentence, not a code.' });
      await handle.signal('no_such_signal', { by: 'eve' });
      await rawSignal(run, 'cancel', { metadata: { encoding: Buffer.from('no/such') } });
      await rawSignal(run, 'cancel', { metadata: {}, data: Buffer.from('\u0000') });
      await rawSignal(run, '__temporal_surprise', { data: Buffer.from('{') });
      await run.submit(0);
      expect((await run.submit(1)).run.status).toBe('success');
      const ignored = projection
        .get(run.uuid)
        .events.filter((event) => event.type === 'signal_ignored')
        .map(({ data }) => data);
      expect(ignored).toEqual([
        ...Array.from({ length: 3 }, () => ({ name: 'cancel', cause: 'malformed' })),
        { name: 'no_such_signal', cause: 'unknown' },
        ...Array.from({ length: 2 }, () => ({ name: 'cancel', cause: 'malformed' })),
        { name: 'reserved', cause: 'unknown' },
      ]);
    });
  });

  it('do not fill the timeline when there are many', async () => {
    await environment.withRun({}, async (run, projection) => {
      const handle = stranger.workflow.getHandle(run.uuid);
      for (let sent = 0; sent < 40; sent += 1) await handle.signal('noise', sent);
      await run.open();
      const { events } = projection.get(run.uuid);
      expect(events.filter((event) => event.type === 'signal_ignored')).toHaveLength(20);
    });
  });

  it('cancel a run when they are a well-formed cancel signal in plain', async () => {
    await environment.withRun({ record: 'cancelled-by-signal' }, async (run, projection) => {
      await run.open();
      const cancellation = { by: 'support', reason: 'asked_to' };
      await stranger.workflow.getHandle(run.uuid).signal('cancel', cancellation);
      expect(await run.handle.result()).toEqual({ status: 'cancelled', reason: 'asked_to' });
      expect(projection.get(run.uuid).events.at(-1)).toMatchObject({
        type: 'run_cancelled',
        data: { ...cancellation, verified: false },
      });
    });
  });

  it('are refused as updates without events in the history', async () => {
    await environment.withRun({}, async (run) => {
      const before = (await run.handle.fetchHistory()).events?.length ?? 0;
      const submission = { id: 'x', step_uuid: run.steps[0], actor: 'person', facts: null };
      const handle = stranger.workflow.getHandle(run.uuid);
      for (const args of [[submission], ['garbage'], []]) {
        await expect(handle.executeUpdate('submit', { args: args as [unknown] })).rejects.toThrow(
          WorkflowUpdateFailedError,
        );
      }
      await expect(handle.executeUpdate('nothing')).rejects.toThrow(WorkflowUpdateFailedError);
      const after = (await run.handle.fetchHistory()).events?.filter(
        ({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => accepted != null,
      );
      expect(after).toHaveLength(0);
      expect(before).toBeGreaterThan(0);
    });
  });

  it('are refused as unknown actions', async () => {
    await environment.withRun({}, async (run) => {
      const message = { action: 'explode', by: 'a', reason: 'b', actor: 'staff' };
      const error = await run.handle
        .executeUpdate('action', { args: [message] })
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ cause: { type: 'action_not_allowed' } });
    });
  });

  it('cannot start a run', async () => {
    const projection = new FakeProjection();
    const input = newRun({});
    const workflowId = input.created.data.run_uuid;
    const worker = await environment.createWorker(workflowId, projection);
    await worker.runUntil(async () => {
      const options = { workflowId, taskQueue: workflowId, args: [input] };
      const run = stranger.workflow.execute('verificationRun', options);
      await expect(run).rejects.toThrow(WorkflowFailedError);
      expect(projection.calls).toBe(0);
    });
  });
});
