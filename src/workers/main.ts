/** Worker process: executes runs until it is stopped, then finishes its current work. */
import { makeTelemetryFilterString, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { RunReader } from '../activities/run-reader';
import { SharedBudgets } from '../messaging/shared-budgets';
import { ConfigError, loadConfig, type Config } from '../platform/config';
import { createLogger } from '../platform/logger';
import { connectStore } from '../store/connection';
import { createStores, type Stores } from '../store/stores';
import { createClient } from '../platform/temporal/client';
import { maintenanceActivities } from '../activities/maintenance';
import { registerSchedules } from '../platform/temporal/register-schedules';
import { registerSearchAttributes } from '../platform/temporal/register-search-attributes';
import { connectionOptions } from '../platform/temporal/connection';
import { sandboxReceipts } from '../platform/temporal/sandbox-receipts';
import { createConnectors } from './connectors';
import { createMaintenance } from './maintenance';
import { workerOptions } from './options';
import { createDispatcher } from './webhooks';
import { WEBHOOK_BUCKETS } from '../webhooks/webhook-metrics';

/**
 * Time limit for MongoDB calls of activities: shorter than the local activity's own second, so that the error of
 * MongoDB is reported.
 */
const STORE_TIMEOUT_MS = 900;
/** sysexits.h: EX_CONFIG. */
const EXIT_CONFIG = 78;

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger('worker', config.LOG_LEVEL);
  startRuntime(config, logger);
  const connection = await NativeConnection.connect(connectionOptions(config));
  await prepareNamespace(config);
  const store = connectStore(config.MONGODB_URI, STORE_TIMEOUT_MS);
  const stores = createStores(store, config);
  const client = createClient(config);
  const receipts = sandboxReceipts(client, config.TEMPORAL_TASK_QUEUE);
  const options = workerOptions(config, connection, {
    ...stores,
    runReader: new RunReader(stores.runs, stores.runKeys),
    codeKeys: config.CODE_KEYS,
    hashKeys: config.HASH_KEYS,
    budgets: budgetsOf(stores, config, logger),
    pageHost: new URL(config.PUBLIC_URL).hostname,
    connectorFor: createConnectors(stores, receipts, config),
  });
  const maintenance = maintenanceActivities(createMaintenance(stores, logger));
  const activities = { ...options.activities, ...maintenance };
  const worker = await Worker.create({ ...options, activities });
  const webhooks = createDispatcher(config, stores, { client, logger });
  const running = worker.run();
  webhooks.start();
  process.send?.({ ready: true });
  logger.info({ task_queue: config.TEMPORAL_TASK_QUEUE }, 'worker is polling');
  await running;
  await webhooks.stop();
  await store.close();
  await client.connection.close();
  await connection.close();
  logger.info('worker has stopped');
}

function budgetsOf(stores: Stores, { HASH_KEYS }: Config, logger: Logger): SharedBudgets {
  const onBreaker = (account_uuid: string) => {
    logger.warn({ account_uuid }, 'a phone prefix was closed: too few of its codes were entered');
  };
  return new SharedBudgets({ ...stores, hashKeys: HASH_KEYS, onBreaker });
}

/** Registers search attributes, without which no run could start, and schedules. @throws Error of the client. */
async function prepareNamespace(config: Config): Promise<void> {
  const client = createClient(config);
  try {
    await client.withDeadline(Date.now() + 10_000, async () => {
      await registerSearchAttributes(client);
      await registerSchedules(client, config.TEMPORAL_TASK_QUEUE);
    });
  } finally {
    await client.connection.close();
  }
}

/** Installs the runtime. @throws ConfigError when METRICS_PORT is taken. */
function startRuntime(config: Config, logger: Logger): void {
  try {
    installRuntime(config, logger);
  } catch (error) {
    // The SDK reports the system's error only as text.
    if (!/address already in use/i.test(String(error))) throw error;
    throw new ConfigError([`METRICS_PORT: ${config.METRICS_PORT} is taken; set another one`]);
  }
}

function installRuntime(config: Config, logger: Logger): void {
  const { METRICS_PORT: metricsPort } = config;
  Runtime.install({
    logger: runtimeLogger(logger),
    shutdownSignals: ['SIGTERM', 'SIGINT'],
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
      ...(metricsPort === undefined
        ? {}
        : {
            metrics: {
              prometheus: {
                bindAddress: `127.0.0.1:${metricsPort}`,
                countersTotalSuffix: true,
                unitSuffix: true,
                useSecondsForDurations: true,
                histogramBucketOverrides: WEBHOOK_BUCKETS,
              },
            },
          }),
    },
  });
}

/** Writes the SDK's log lines to the process's own log; their metadata contains ids only. */
function runtimeLogger(logger: Logger) {
  type Meta = Record<string | symbol, unknown>;
  const at =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') => (message: string, meta?: Meta) => {
      const { error, ...rest } = meta ?? {};
      logger[level]({ ...rest, ...(error instanceof Error ? { err: error } : { error }) }, message);
    };
  const levels = {
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
  return {
    ...levels,
    log(level: string, message: string, meta?: Meta) {
      const name = level.toLowerCase() as keyof typeof levels;
      levels[name](message, meta);
    },
  };
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  createLogger('worker', 'error').error({ err: error }, 'worker failed');
  process.exit(1);
});
