/**
 * Reads the environment once and completely: reports all errors together, and nothing starts with an invalid
 * configuration.
 */
import { z } from 'zod';
import { parseKeyring, type Keyring } from './crypto/keyring';
import { parseNetwork, type Network } from './outbound/addresses';

const keyring = z
  .string('must be set: a key ring, such as k1:<32 bytes in base64>')
  .transform((text, context): Keyring => {
    try {
      return parseKeyring(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z
  .enum(['true', 'false', '1', '0'])
  .default('false')
  .transform((text) => text === 'true' || text === '1');
const address = z.url({ protocol: /^https?$/ });

/** Origins of pages, `https://a.example,https://b.example`. */
const origins = z
  .string()
  .default('')
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .transform((all) => all.filter((origin) => origin !== ''))
  .refine((all) => all.every(isOrigin), 'must list origins such as https://a.example');

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** Networks, `10.20.0.0/16,fd12::/32`. */
const networks = z
  .string()
  .default('')
  .transform((text, context): Network[] => {
    const all = text.split(',').map((network) => network.trim());
    try {
      return all.filter((network) => network !== '').map(parseNetwork);
    } catch {
      context.addIssue({ code: 'custom', message: 'must list networks such as 10.20.0.0/16' });
      return z.NEVER;
    }
  });

/** One entry for each variable, by name. Units are in the descriptions. */
export const configSchema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(3000),
  PUBLIC_URL: address.optional(),
  /** Requests per second that a live key or token may make to one process. */
  RATE_LIMIT: z.coerce.number().int().min(1).max(100_000).default(100),
  CORS_ORIGINS: origins,
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
  METRICS_PORT: port.optional(),
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_TASK_QUEUE: z.string().min(1).default('cerciora'),
  TEMPORAL_TLS: flag,
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  TEMPORAL_UI_URL: address.optional(),
  WORKER_BUILD_ID: z.string().min(1).optional(),
  WORKER_MAX_CACHED_RUNS: z.coerce.number().int().min(10).default(2_000),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .default('mongodb://127.0.0.1:27017/cerciora'),
  ENCRYPTION_KEYS: keyring,
  CODE_KEYS: keyring,
  HASH_KEYS: keyring,
  /** Storage of uploaded files: MongoDB, or an S3-compatible bucket. */
  MEDIA_STORAGE: z.enum(['gridfs', 's3']).default('gridfs'),
  /** Maximum bytes of an uploaded file. */
  MEDIA_MAX_BYTES: z.coerce.number().int().min(1_024).max(104_857_600).default(20_971_520),
  /** Maximum width times height of an uploaded picture. Phones with 64 megapixels make up to 9,280 × 6,944. */
  MEDIA_MAX_PIXELS: z.coerce.number().int().min(10_000).max(200_000_000).default(67_108_864),
  /** Maximum pages of an uploaded PDF. */
  MEDIA_MAX_PAGES: z.coerce.number().int().min(1).max(10_000).default(200),
  S3_BUCKET: z.string().min(1).optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_ENDPOINT: address.optional(),
  /** Without these the SDK finds credentials by itself: roles, profiles. */
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  SANDBOX_ENABLED: flag,
  /** Private networks to which callbacks are allowed. */
  OUTBOUND_NETWORKS: networks,
  /** Servers with the providers' APIs, for tests and for the operator's own gateways. */
  TWILIO_API_BASE_URL: address.optional(),
  SENDGRID_API_BASE_URL: address.optional(),
});

export type Environment = z.infer<typeof configSchema>;
export type Config = Omit<Environment, 'PUBLIC_URL'> & { PUBLIC_URL: string };

/** All errors of a configuration, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(faults: readonly string[]) {
    super(`The configuration has faults:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/**
 * Reads the configuration from `env` (`process.env` by default).
 * @throws ConfigError with every error by the variable's name; values are never repeated.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  // Compose files and shells pass unset variables as empty texts.
  const given = Object.fromEntries(Object.entries(env).filter(([, text]) => text !== ''));
  const parsed = configSchema.safeParse(given);
  const malformed = parsed.error?.issues ?? [];
  const faults = [
    ...malformed.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...mediaFaults(given),
    ...productionFaults(given),
  ];
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  const { PUBLIC_URL, HOST, PORT } = parsed.data;
  return { ...parsed.data, PUBLIC_URL: PUBLIC_URL ?? `http://${HOST}:${PORT}` };
}

function mediaFaults(env: NodeJS.ProcessEnv): string[] {
  const faults: string[] = [];
  if (env['MEDIA_STORAGE'] === 's3' && env['S3_BUCKET'] === undefined) {
    faults.push('S3_BUCKET: must be given where MEDIA_STORAGE is s3');
  }
  if ((env['S3_ACCESS_KEY_ID'] === undefined) !== (env['S3_SECRET_ACCESS_KEY'] === undefined)) {
    faults.push('S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: must be given together or not at all');
  }
  return faults;
}

/**
 * Finds development keys in production: `npm start` names its keys `dev…`. Reads the raw environment, so that these
 * errors are reported together with all others.
 */
function productionFaults(env: NodeJS.ProcessEnv): string[] {
  if (env['NODE_ENV'] !== 'production') return [];
  const rings = ['ENCRYPTION_KEYS', 'CODE_KEYS', 'HASH_KEYS'] as const;
  const faults = rings
    .filter((name) => /(^|,)\s*dev/.test(env[name] ?? ''))
    .map((name) => `${name}: holds a development key (its id begins with "dev")`);
  if (env['PUBLIC_URL']?.startsWith('https://') !== true) {
    faults.push('PUBLIC_URL: must be given and begin with https:// in production');
  }
  const sandbox = flag.safeParse(env['SANDBOX_ENABLED']);
  if (sandbox.data === true) faults.push('SANDBOX_ENABLED: must not be set in production');
  return faults;
}
