/** What the environment says, read once and in whole: every fault is reported at once, and nothing starts with one. */
import { z } from 'zod';
import { parseKeyring, type Keyring } from './crypto/keyring';

const keyring = z.string().transform((text, context): Keyring => {
  try {
    return parseKeyring(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z
  .enum(['true', 'false', '1', '0', ''])
  .default('false')
  .transform((text) => text === 'true' || text === '1');
const address = z.url({ protocol: /^https?$/ });

/** One entry for each variable, by its name. Units stand in the description. */
export const configSchema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(3000),
  PUBLIC_URL: address.optional(),
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
  METRICS_PORT: port.optional(),
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_TASK_QUEUE: z.string().min(1).default('cerciora'),
  TEMPORAL_TLS: flag,
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  TEMPORAL_UI_URL: address.optional(),
  WORKER_BUILD_ID: z.string().min(1).optional(),
  WORKER_MAX_CACHED_RUNS: z.coerce.number().int().min(10).optional(),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .default('mongodb://127.0.0.1:27017/cerciora'),
  ENCRYPTION_KEYS: keyring,
  CODE_KEYS: keyring,
  HASH_KEYS: keyring,
  SANDBOX_ENABLED: flag,
});

export type Environment = z.infer<typeof configSchema>;
export type Config = Omit<Environment, 'PUBLIC_URL'> & { PUBLIC_URL: string };

/** All faults of a configuration, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(faults: readonly string[]) {
    super(`The configuration has faults:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/**
 * Reads the configuration from `env` (`process.env` by default).
 * @throws ConfigError listing every fault by the variable's name; values are never repeated.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = configSchema.safeParse(env);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  }
  const faults = productionFaults(parsed.data);
  if (faults.length > 0) throw new ConfigError(faults);
  const { PUBLIC_URL, HOST, PORT } = parsed.data;
  return { ...parsed.data, PUBLIC_URL: PUBLIC_URL ?? `http://${HOST}:${PORT}` };
}

/** `npm start` names its keys `dev…`: they are made on a developer's machine and must not reach production. */
function productionFaults(environment: Environment): string[] {
  if (environment.NODE_ENV !== 'production') return [];
  const rings = ['ENCRYPTION_KEYS', 'CODE_KEYS', 'HASH_KEYS'] as const;
  const faults = rings
    .filter((name) => environment[name].all.some((key) => key.id.startsWith('dev')))
    .map((name) => `${name}: holds a development key (its id begins with "dev")`);
  if (environment.PUBLIC_URL?.startsWith('https://') !== true) {
    faults.push('PUBLIC_URL: must be given and begin with https:// in production');
  }
  if (environment.SANDBOX_ENABLED) faults.push('SANDBOX_ENABLED: must not be set in production');
  return faults;
}
