import type { ProgressWatcher } from '../application/runs/progress-watcher';
import type { MediaLimits } from '../application/media/media-limits';
import type { Ports } from '../application/ports';
import type { Connector } from '../providers/connector';
import type { Config } from '../platform/config';
import type { LiveConnector } from '../store/configuration/connectors';
import type { UploadTimeouts } from './media/receive-file';
import type { ApiMetrics } from './metrics';

/** Dependencies of the API; tests pass their own. */
export interface ApiDependencies extends Ports {
  config: Pick<
    Config,
    | 'NODE_ENV'
    | 'PUBLIC_URL'
    | 'TEMPORAL_UI_URL'
    | 'TRUST_PROXY'
    | 'HASH_KEYS'
    | 'CODE_KEYS'
    | 'SANDBOX_ENABLED'
    | 'CORS_ORIGINS'
    | 'RATE_LIMIT'
    | keyof MediaLimits
  >;
  /** Slowest accepted upload; absent: the default. */
  uploadPatience?: UploadTimeouts;
  metrics: ApiMetrics;
  /** Creates a connector from its configuration. */
  openConnector(configured: LiveConnector): Connector;
  progress: ProgressWatcher;
  /** Resolves if MongoDB responds. */
  pingStore(): Promise<void>;
}
