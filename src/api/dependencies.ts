import type { ProgressWatcher } from '../application/runs/progress-watcher';
import type { MediaLimits } from '../application/media/media-limits';
import type { Ports } from '../application/ports';
import type { Connector } from '../providers/connector';
import type { Config } from '../platform/config';
import type { LiveConnector } from '../store/configuration/connectors';
import type { UploadTimeouts } from './media/receive-file';
import type { ApiMetrics } from './metrics';

/** Everything that the API needs; tests give their own. */
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
  /** Slowest upload that is accepted; absent: the default. */
  uploadPatience?: UploadTimeouts;
  metrics: ApiMetrics;
  /** Opens a connector as it is configured. */
  openConnector(configured: LiveConnector): Connector;
  progress: ProgressWatcher;
  /** Resolves when MongoDB answers. */
  pingStore(): Promise<void>;
}
