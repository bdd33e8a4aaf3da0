/** The API process. */
import type { Server } from 'node:http';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { liveConnectors } from '../providers/live-connectors';
import { SharedBudgets } from '../messaging/shared-budgets';
import { ConfigError, loadConfig, type Config } from '../platform/config';
import { createLogger } from '../platform/logger';
import { connectStore } from '../store/connection';
import { createIndexes, createStores, type Stores } from '../store/stores';
import { createClient, createGateway } from '../platform/temporal/client';
import { createApp } from './app';
import { storesResponse } from './server/idempotency';
import { createApiServer, stopServer } from './server/server';
import { ApiMetrics } from './metrics';
import { OutboundGuard } from '../platform/outbound/guard';
import { ProgressWatcher } from '../application/runs/progress-watcher';

/** sysexits.h: EX_CONFIG. */
const EXIT_CONFIG = 78;
const INDEX_RETRY_MS = 2_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger('api', config.LOG_LEVEL);
  const connection = connectStore(config.MONGODB_URI);
  const stores = createStores(connection, config);
  const client = createClient(config, 'impatient');
  const metrics = new ApiMetrics(stores);
  const progress = new ProgressWatcher(stores);
  const app = createApp({
    ...stores,
    config,
    logger,
    budgets: new SharedBudgets({ ...stores, hashKeys: config.HASH_KEYS }),
    openConnector: liveConnectors({ ...stores, config }),
    metrics,
    progress,
    guard: new OutboundGuard({
      loopback: config.NODE_ENV !== 'production',
      networks: config.OUTBOUND_NETWORKS,
    }),
    gateway: createGateway(client, config.TEMPORAL_TASK_QUEUE),
    pingStore: () => ping(connection),
  });
  const server = createApiServer(app, { logger, metrics });
  await listen(server, config);
  const endpoint = await serveMetrics(metrics, config);
  void keepTryingIndexes(stores, logger);
  process.send?.({ ready: true });
  logger.info({ port: config.PORT, public_url: config.PUBLIC_URL }, 'api is listening');
  await stopSignal();
  progress.stop();
  await stopServer(server);
  endpoint?.close();
  await storesResponse();
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

/** Retries in the background. The database may start after the API; without indexes reads are slow but correct. */
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

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  createLogger('api', 'error').error({ err: error }, 'api failed');
  process.exit(1);
});
