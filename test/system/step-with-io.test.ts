import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import type { Connection } from 'mongoose';
import type { Json } from '../../src/domain/run/events';
import { nextDeadline } from '../../src/domain/run/deadline';
import { fold } from '../../src/domain/run/view';
import { createStores, type Stores } from '../../src/store/stores';
import { createClient } from '../../src/platform/temporal/client';
import { createDataConverter } from '../../src/platform/temporal/data-converter';
import { addSearchAttributes } from '../../src/platform/temporal/register-search-attributes';
import { submitUpdate, VERIFICATION_RUN, viewQuery } from '../../src/workflows/messages/messages';
import { WITH_STOPWATCH } from '../fixtures/steps/registries';
import { example } from '../fixtures/steps/stopwatch/example';
import { stopwatchOf } from '../fixtures/steps/stopwatch/events';
import { stopwatchSchema } from '../fixtures/steps/stopwatch/schema';
import { bundle } from '../support/bundle';
import { testKeys } from '../support/keys';
import { newRun } from '../support/new-run';
import { quietRuntime } from '../support/quiet-runtime';
import { startTemporal, type TestServer } from '../support/servers';
import { dropStore, freshDatabase, openStore } from '../support/store';

/** The activity of a dead worker is retried after its 2 s, its workflow task after 3 s. */
const PATIENCE_MS = 30_000;

describe('a step type with an activity, an event, a state and a deadline of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cerciora-stopwatch-'));
  const database = freshDatabase();
  const file = join(folder, 'bundle.js');
  const children: ChildProcess[] = [];
  let temporal: TestServer;
  let connection: Connection;
  let stores: Stores;
  let code: WorkflowBundle;
  let client: Client;

  beforeAll(async () => {
    quietRuntime();
    [temporal, connection, code] = await Promise.all([
      startTemporal(),
      openStore(database),
      bundle(require.resolve('../fixtures/steps/workflows')),
    ]);
    stores = createStores(connection, testKeys);
    if (!('code' in code)) throw new Error('the bundle has no code');
    writeFileSync(file, code.code);
    client = createClient({
      ...testKeys,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: 'default',
      TEMPORAL_TASK_QUEUE: 'stopwatch',
      TEMPORAL_TLS: false,
      TEMPORAL_API_KEY: undefined,
    });
    await addSearchAttributes(client);
  }, 60_000);

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await client.connection.close();
    await dropStore(connection);
    await temporal.stop();
    rmSync(folder, { recursive: true });
  });

  /** Starts a worker that is killed at a lap; returns its exit. */
  function startWorker(killAtLap?: number): Promise<NodeJS.Signals | null> {
    const child = spawn(process.execPath, [require.resolve('../fixtures/steps/worker.cjs')], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        MONGODB_URI: database,
        TEMPORAL_ADDRESS: temporal.address,
        BUNDLE: file,
        ...(killAtLap !== undefined && { KILL_AT_LAP: String(killAtLap) }),
      },
    });
    children.push(child);
    return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  }

  async function start(): Promise<WorkflowHandle> {
    const stepSettings = stopwatchSchema.setup.parse(example.setup) as Json;
    const steps = ['stopwatch', 'acceptance'];
    const input = newRun({ steps, stepSettings, start: 'immediate' });
    return client.workflow.start(VERIFICATION_RUN, {
      workflowId: input.created.data.run_uuid,
      taskQueue: 'stopwatch',
      workflowTaskTimeout: '3s',
      args: [input],
    });
  }

  const stored = async (uuid: string) => {
    const run = await stores.runs.findWithEvents(uuid);
    if (run === null) throw new Error('the run was not stored');
    return run;
  };

  async function submit(handle: WorkflowHandle, step_uuid: string) {
    const id = crypto.randomUUID();
    const message = { id, step_uuid, actor: 'person' as const, facts: null };
    return handle.executeUpdate(submitUpdate, { updateId: id, args: [message] });
  }

  it(
    'completes its run after workers are killed, and replays',
    async () => {
      const handle = await start();
      expect(await startWorker(1)).toBe('SIGKILL');
      expect(await startWorker(2)).toBe('SIGKILL');

      const between = (await stored(handle.workflowId)).view;
      const [step] = between.steps;
      expect(stopwatchOf(step ?? {}).readings).toEqual(['lap 1']);
      expect(nextDeadline(between)).toEqual({ at: step?.due_at, action: 'fallback' });

      void startWorker();
      while ((await stored(handle.workflowId)).view.steps[1]?.status !== 'in_progress') {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const answer = await submit(handle, between.steps[1]?.uuid ?? '');
      expect(answer.run.status).toBe('success');

      const { events, view } = await stored(handle.workflowId);
      expect(fold(null, events, WITH_STOPWATCH.events)).toEqual(view);
      expect(await handle.query(viewQuery)).toEqual(view);
      expect(() => fold(null, events)).toThrow('no step type declares an event lap_taken');
      expect(view.steps[0]).toMatchObject({
        status: 'success',
        state: { readings: ['lap 1', 'lap 2'], next_at: null },
        due_at: null,
      });

      const history = await handle.fetchHistory();
      const dataConverter = createDataConverter(testKeys.ENCRYPTION_KEYS);
      const replay = (workflowBundle: WorkflowBundle) =>
        Worker.runReplayHistory({ workflowBundle, dataConverter }, history, handle.workflowId);
      await expect(replay(code)).resolves.toBeUndefined();
      await expect(bundle().then(replay)).rejects.toThrow();
    },
    2 * PATIENCE_MS,
  );
});
