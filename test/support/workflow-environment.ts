/** Executes runs on the time-skipping server: one environment and bundle per file, one task queue per test. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { fold } from '../../src/domain/run/view';
import type { RunSummary } from '../../src/domain/run/run-summary';
import { addSearchAttributes } from '../../src/platform/temporal/register-search-attributes';
import { createDataConverter } from '../../src/platform/temporal/data-converter';
import {
  startUpdate,
  submitUpdate,
  VERIFICATION_RUN,
  viewQuery,
  type RunInput,
  type RunResult,
} from '../../src/workflows/messages/messages';
import type { PreparedCode } from '../../src/steps/shared/one-time-code/state';
import { bundle } from './bundle';
import { FakeProjection } from './fake-projection';
import { testKeys } from './keys';
import { freePort } from './launching';
import { newRun, type NewRunOptions } from './new-run';
import { quietRuntime } from './quiet-runtime';

export const HISTORIES = join(__dirname, '..', 'replay', 'histories');

const START_TRIES = 3;

type NewRunInput = Extract<RunInput, { kind: 'new' }>;

/** Functions of a test on a run. */
export interface TestRun {
  uuid: string;
  steps: string[];
  handle: WorkflowHandle<() => Promise<RunResult>>;
  open(): Promise<RunSummary>;
  submit(index: number, id?: string): Promise<RunSummary>;
}

export class WorkflowEnvironment {
  private constructor(
    readonly server: TestWorkflowEnvironment,
    private readonly code: WorkflowBundle,
  ) {}

  static async create(workflowsPath?: string): Promise<WorkflowEnvironment> {
    quietRuntime();
    const path = process.env['TEST_TIME_SKIPPING_BIN'];
    if (path === undefined) throw new Error('run the tests with npm test: it starts the servers');
    const server = await startServer(path);
    await addSearchAttributes(server.client);
    return new WorkflowEnvironment(server, await bundle(workflowsPath));
  }

  get client(): Client {
    return this.server.client;
  }

  async close(): Promise<void> {
    await this.server.teardown();
  }

  /** Executes a test with a worker; afterwards every run's projection must equal its workflow's view. */
  async withRun(
    options: NewRunOptions & {
      workflow?: string;
      record?: string;
      code?: PreparedCode;
      /** Content of MongoDB when the run starts. */
      before?: (projection: FakeProjection, input: NewRunInput) => void;
    },
    test: (run: TestRun, projection: FakeProjection) => Promise<void>,
  ): Promise<void> {
    const { workflow = VERIFICATION_RUN, record, code, before, ...settings } = options;
    const projection = new FakeProjection();
    const input = newRun({ at: await this.server.currentTimeMs(), ...settings }, code);
    before?.(projection, input);
    const uuid = input.created.data.run_uuid;
    const worker = await this.createWorker(uuid, projection);
    await worker.runUntil(async () => {
      const handle = await this.client.workflow.start<(input: RunInput) => Promise<RunResult>>(
        workflow,
        {
          workflowId: uuid,
          taskQueue: uuid,
          args: [input],
          workflowTaskTimeout: '3s',
        },
      );
      const run = testRun(
        handle,
        uuid,
        input.created.data.steps.map((step) => step.uuid),
      );
      await test(run, projection);
      await expectWholeProjection(run, projection);
      if (record !== undefined) await saveHistory(run, record);
    });
  }

  /** A worker on its own task queue, with a projection in memory. */
  async createWorker(taskQueue: string, projection: FakeProjection): Promise<Worker> {
    return Worker.create({
      connection: this.server.nativeConnection,
      taskQueue,
      workflowBundle: this.code,
      activities: projection.activities,
      dataConverter: createDataConverter(testKeys.ENCRYPTION_KEYS),
    });
  }
}

/** Retries on another port: the server doesn't report why it didn't start. */
async function startServer(path: string, tries = START_TRIES): Promise<TestWorkflowEnvironment> {
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path }, port: await freePort() },
      client: { dataConverter: createDataConverter(testKeys.ENCRYPTION_KEYS) },
    });
  } catch (error) {
    if (tries <= 1) throw error;
    return startServer(path, tries - 1);
  }
}

function testRun(handle: TestRun['handle'], uuid: string, steps: string[]): TestRun {
  return {
    uuid,
    steps,
    handle,
    open: () =>
      handle.executeUpdate(startUpdate, { args: [{ actor: 'person', submission_id: null }] }),
    submit: (index, id = crypto.randomUUID()) =>
      handle.executeUpdate(submitUpdate, {
        updateId: id,
        args: [{ id, step_uuid: steps[index] ?? '', actor: 'person', facts: null }],
      }),
  };
}

/** Checks that the fold of the projected events equals the workflow's view. */
async function expectWholeProjection(run: TestRun, projection: FakeProjection): Promise<void> {
  const view = await run.handle.query(viewQuery);
  const stored = projection.get(run.uuid);
  expect(stored.view).toEqual(view);
  expect(isDeepStrictEqual(fold(null, stored.events), view)).toBe(true);
  expect(stored.outbox.map((entry) => entry.sequence)).toEqual(stored.outbox.map((_, i) => i + 1));
}

/** Writes a history for the replay tests, replacing an earlier one, if RECORD_HISTORIES is set. */
async function saveHistory(run: TestRun, name: string): Promise<void> {
  const file = join(HISTORIES, `${name}.json`);
  if (process.env['RECORD_HISTORIES'] === undefined) return;
  const history = await run.handle.fetchHistory();
  mkdirSync(HISTORIES, { recursive: true });
  const stored = { workflow_id: run.uuid, history: JSON.parse(historyToJSON(history)) as object };
  writeFileSync(file, `${JSON.stringify(stored)}\n`);
}
