/** Monitors connectors without receipts, and blocked prefixes. */
import type { Logger } from 'pino';
import type { SpendingStore } from '../../store/messaging/spending';
import type { UsageStore } from '../../store/accounts/usage';
import type { ApiMetrics } from '../metrics';

const EVERY_MS = 60_000;
/** Receipts are overdue for messages older than five minutes, within the last hour. */
const LATE_AFTER_MS = 5 * 60_000;
const LOOKED_BACK_MS = 60 * 60_000;
/** Minimum number of messages without a receipt for a warning. */
const LEAST_MESSAGES = 5;

interface Dependencies {
  usage: Pick<UsageStore, 'receiptsByConnector'>;
  spending: Pick<SpendingStore, 'countClosed'>;
  metrics: Pick<ApiMetrics, 'deafConnectors' | 'closedPrefixes'>;
  logger: Pick<Logger, 'warn'>;
}

/** Checks once: sets the gauges, and warns of each connector whose provider sends no receipts. */
export async function reportSendingProblems(
  { usage, spending, metrics, logger }: Dependencies,
  now = Date.now(),
): Promise<void> {
  const from = new Date(now - LOOKED_BACK_MS);
  const found = await usage.receiptsByConnector({ from, to: new Date(now - LATE_AFTER_MS) });
  const deaf = found.filter(({ messages, told }) => messages >= LEAST_MESSAGES && told === 0);
  for (const { connector_uuid, messages } of deaf) {
    const text = 'no receipts come: does its provider reach PUBLIC_URL, and are its keys right?';
    logger.warn({ connector_uuid, messages }, text);
  }
  metrics.deafConnectors.set(deaf.length);
  metrics.closedPrefixes.set(await spending.countClosed(now));
}

/** Checks once a minute until it is stopped. */
export function watchSending(dependencies: Dependencies): () => void {
  const timer = setInterval(() => {
    reportSendingProblems(dependencies).catch((error: unknown) => {
      dependencies.logger.warn({ err: error }, 'sending could not be looked after');
    });
  }, EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
