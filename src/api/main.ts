/** The API process. */
import { createServer, type Server } from 'node:http';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { liveConnectors } from '../channels/live-connectors';
import { SharedBudgets } from '../channels/shared-budgets';
import { ConfigError, loadConfig, type Config } from '../config';
import { createLogger } from '../logger';
import { connectStore } from '../store/connection';
import { createIndexes, createStores, type Stores } from '../store/stores';
import { createClient, createGateway } from '../temporal/client';
import { createApp } from './app';
import { ApiMetrics } from './metrics';
import { watchSending } from './watch-sending';
import { ProgressWatch } from './runs/progress-watch';

/** sysexits.h: EX_CONFIG. */
const EXIT_CONFIG = 78;
/** Slow clients hold a connection for at most so long, in milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_MS = 1_000;
/** What is under way when the process is told to stop may take so long to finish, in milliseconds. */
const GRACE_MS = 10_000;
const INDEX_RETRY_MS = 2_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger('api', config.LOG_LEVEL);
  const connection = connectStore(config.MONGODB_URI);
  const stores = createStores(connection, config);
  const client = createClient(config, 'impatient');
  const metrics = new ApiMetrics();
  const progress = new ProgressWatch(stores.runs);
  const app = createApp({
    ...stores,
    config,
    logger,
    budgets: new SharedBudgets({ ...stores, hashKeys: config.HASH_KEYS }),
    openConnector: liveConnectors({ ...stores, config }),
    metrics,
    progress,
    gateway: createGateway(client, config.TEMPORAL_TASK_QUEUE),
    pingStore: () => ping(connection),
  });
  const server = createServer({ connectionsCheckingInterval: CHECK_MS }, app);
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await listen(server, config);
  const endpoint = await serveMetrics(metrics, config);
  void keepTryingIndexes(stores, logger);
  const stopWatching = watchSending({ ...stores, metrics, logger });
  process.send?.({ ready: true });
  logger.info({ port: config.PORT, public_url: config.PUBLIC_URL }, 'api is listening');
  await stopSignal();
  progress.stop();
  stopWatching();
  await stop(server);
  endpoint?.close();
  await connection.close();
  await client.connection.close();
  logger.info('api has stopped');
}

async function ping(connection: Connection): Promise<void> {
  await connection.collection('accounts').findOne({}, { projection: { _id: 1 } });
}

function listen(server: Server, { HOST, PORT }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new ConfigError([`PORT: ${PORT} is taken; set another one`]) : error);
    });
    server.listen(PORT, HOST, resolve);
  });
}

async function serveMetrics(metrics: ApiMetrics, { METRICS_PORT }: Config) {
  if (METRICS_PORT === undefined) return undefined;
  try {
    return await metrics.serve(METRICS_PORT);
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (!isTaken) throw error;
    throw new ConfigError([`METRICS_PORT: ${METRICS_PORT} is taken; set another one`]);
  }
}

/** The database may come up after the API; without its indexes reads are slow and not wrong. */
async function keepTryingIndexes(stores: Stores, logger: Logger): Promise<void> {
  for (;;) {
    try {
      await createIndexes(stores);
      return;
    } catch (error) {
      logger.warn({ err: error }, 'indexes could not be created yet');
      await new Promise((resolve) => setTimeout(resolve, INDEX_RETRY_MS).unref());
    }
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
    setTimeout(() => {
      server.closeAllConnections();
    }, GRACE_MS).unref();
  });
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  createLogger('api', 'error').error({ err: error }, 'api failed');
  process.exit(1);
});
