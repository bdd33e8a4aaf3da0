/** Executes runs of an API test: a client and a real worker in the test's process, on a task queue of its own. */
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { RunReader } from '../../src/activities/run-reader';
import { runLimits } from '../../src/messaging/budgets';
import { createClient } from '../../src/platform/temporal/client';
import { addSearchAttributes } from '../../src/platform/temporal/register-search-attributes';
import { sandboxReceipts } from '../../src/platform/temporal/sandbox-receipts';
import { connectStore } from '../../src/store/connection';
import { createStores } from '../../src/store/stores';
import { createConnectors } from '../../src/workers/connectors';
import { workerOptions } from '../../src/workers/options';
import { testKeys } from './keys';
import { quietRuntime } from './quiet-runtime';

/** Bundle of the workflow code, made by the build at the start of `npm test`. */
const BUNDLE = join(__dirname, '..', '..', 'dist', 'workflow-bundle.js');

export class RunWorker {
  readonly client: Client;
  private readonly config;
  private running: Promise<() => Promise<void>> | undefined;

  /** `database`: address of the database of the API under test; the worker has its own connection. */
  constructor(
    private readonly database: string,
    readonly taskQueue: string,
  ) {
    const address = process.env['TEST_TEMPORAL_ADDRESS'];
    if (!address) throw new Error('run the tests with npm test: it starts the servers');
    this.config = {
      ...{
        TEMPORAL_ADDRESS: address,
        TEMPORAL_NAMESPACE: 'default',
        TEMPORAL_TASK_QUEUE: taskQueue,
      },
      ...{ TEMPORAL_API_KEY: undefined, TEMPORAL_TLS: false },
      ...{ WORKER_BUILD_ID: undefined, WORKER_MAX_CACHED_RUNS: 50, SANDBOX_ENABLED: true },
      ...{ TWILIO_API_BASE_URL: undefined, SENDGRID_API_BASE_URL: undefined },
      ...{ PUBLIC_URL: 'https://verify.example', ...testKeys },
    };
    this.client = createClient(this.config, 'impatient');
  }

  /** Registers the search attributes, without which no run starts. */
  prepare(): Promise<void> {
    return addSearchAttributes(this.client);
  }

  /** Starts the worker once. Resolves when it polls. */
  async start(): Promise<void> {
    this.running ??= this.poll();
    await this.running;
  }

  /** Deletes a finished run from Temporal, as the retention of the namespace does later. */
  async deleteHistory(uuid: string): Promise<void> {
    const workflowExecution = { workflowId: uuid };
    const { workflowService } = this.client.connection;
    await this.client.workflow.getHandle(uuid).result();
    await workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution });
    const isThere = () => this.client.workflow.getHandle(uuid).describe();
    while (await isThere().catch(() => null)) await new Promise((go) => setTimeout(go, 20));
  }

  async stop(): Promise<void> {
    await (
      await this.running
    )?.();
    await this.client.connection.close();
  }

  private async poll(): Promise<() => Promise<void>> {
    quietRuntime();
    const store = connectStore(this.database, 900);
    const stores = createStores(store, testKeys);
    const connection = await NativeConnection.connect({ address: this.config.TEMPORAL_ADDRESS });
    const receipts = sandboxReceipts(this.client, this.taskQueue);
    const options = workerOptions(this.config, connection, {
      ...stores,
      runReader: new RunReader(stores.runs, stores.runKeys),
      codeKeys: testKeys.CODE_KEYS,
      hashKeys: testKeys.HASH_KEYS,
      budgets: runLimits,
      pageHost: 'verify.example',
      connectorFor: createConnectors(stores, receipts, this.config),
    });
    const worker = await Worker.create({
      ...options,
      workflowBundle: { codePath: BUNDLE },
      shutdownGraceTime: '1s',
    });
    const run = worker.run();
    return async () => {
      worker.shutdown();
      await run;
      await connection.close();
      await store.close();
    };
  }
}
