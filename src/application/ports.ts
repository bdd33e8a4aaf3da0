import type { Logger } from 'pino';
import type { Budgets } from '../messaging/budgets';
import type { Config } from '../platform/config';
import type { OutboundGuard } from '../platform/outbound/guard';
import type { Stores } from '../store/stores';
import type { RunGateway } from '../platform/temporal/run-gateway';

/** All ports of use cases. Each use case names the few that it needs: `Pick<Ports, 'runs' | 'gateway'>`. */
export interface Ports extends Stores {
  gateway: RunGateway;
  budgets: Budgets;
  /** Checks every address that the service is asked to call. */
  guard: OutboundGuard;
  metrics: RefusalMetrics;
  logger: Logger;
}

/** Counts sends and code attempts that a budget refused. */
interface RefusalMetrics {
  refused(budget: string, of: 'attempt' | 'send'): void;
}

/** The settings that a use case reads, by name. */
export interface Settings<Name extends keyof Config> {
  config: Pick<Config, Name>;
}
