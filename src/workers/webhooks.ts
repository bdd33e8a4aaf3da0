/** Creates the webhook dispatcher of a worker process. */
import type { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Config } from '../platform/config';
import { OutboundGuard } from '../platform/outbound/guard';
import type { Stores } from '../store/stores';
import { TemporalRunTasks } from '../platform/temporal/run-tasks';
import { WebhookDispatcher } from '../webhooks/dispatcher';
import { WebhookMetrics } from '../webhooks/webhook-metrics';

/** Call once the runtime is installed. The dispatcher is notified of writes of this process. */
export function createDispatcher(
  { NODE_ENV, OUTBOUND_NETWORKS: networks, TEMPORAL_NAMESPACE }: Config,
  stores: Stores,
  { client, logger }: { client: Client; logger: Logger },
): WebhookDispatcher {
  const dispatcher = new WebhookDispatcher({
    ...stores,
    guard: new OutboundGuard({ loopback: NODE_ENV !== 'production', networks }),
    meter: new WebhookMetrics(Runtime.instance().metricMeter),
    tasks: new TemporalRunTasks(client, TEMPORAL_NAMESPACE),
    logger,
  });
  stores.runs.onPendingWebhooks((run) => {
    dispatcher.notify(run);
  });
  return dispatcher;
}
