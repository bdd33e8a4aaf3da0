import type { Logger } from 'pino';
import type { Budgets } from '../channels/budgets';
import type { Connector } from '../channels/connector';
import type { Config } from '../config';
import type { LiveConnector } from '../store/configuration/connectors';
import type { Stores } from '../store/stores';
import type { MediaLimits } from './media/media-limits';
import type { UploadPatience } from './media/receive-file';
import type { ApiMetrics } from './metrics';
import type { ProgressWatch } from './runs/progress-watch';
import type { OutboundGuard } from '../outbound/guard';
import type { RunGateway } from '../temporal/run-gateway';

/** What the API is made of; tests give their own. */
export interface ApiDependencies extends Stores {
  config: Pick<
    Config,
    | 'PUBLIC_URL'
    | 'TRUST_PROXY'
    | 'HASH_KEYS'
    | 'CODE_KEYS'
    | 'SANDBOX_ENABLED'
    | 'CORS_ORIGINS'
    | 'RATE_LIMIT'
    | keyof MediaLimits
  >;
  /** How slowly files may come, where that isn't as usual. */
  uploadPatience?: UploadPatience;
  logger: Logger;
  gateway: RunGateway;
  budgets: Budgets;
  /** A connector that reaches its provider, as it is configured. */
  openConnector(configured: LiveConnector): Connector;
  metrics: ApiMetrics;
  progress: ProgressWatch;
  /** Of every address that the service is told to call. */
  guard: OutboundGuard;
  /** Resolves where MongoDB answers. */
  pingStore(): Promise<void>;
}
