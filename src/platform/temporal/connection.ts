import type { Config } from '../config';

export type TemporalConfig = Pick<
  Config,
  | 'TEMPORAL_ADDRESS'
  | 'TEMPORAL_NAMESPACE'
  | 'TEMPORAL_TASK_QUEUE'
  | 'TEMPORAL_TLS'
  | 'TEMPORAL_API_KEY'
  | 'ENCRYPTION_KEYS'
>;

/** Connection options of clients and workers. An API key implies TLS. */
export function connectionOptions(config: TemporalConfig): {
  address: string;
  tls?: true;
  apiKey?: string;
} {
  const { TEMPORAL_ADDRESS: address, TEMPORAL_API_KEY: apiKey, TEMPORAL_TLS: tls } = config;
  return {
    address,
    ...(tls || apiKey !== undefined ? { tls: true as const } : {}),
    ...(apiKey === undefined ? {} : { apiKey }),
  };
}
