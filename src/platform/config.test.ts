import { testKeyEnvironment } from '../../test/support/keys';
import { ConfigError, loadConfig } from './config';

const production = {
  ...testKeyEnvironment,
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://id.example',
};
const DEV_KEY = `dev-1:${Buffer.alloc(32, 7).toString('base64')}`;

/** Returns the reported errors of an environment, without the heading. */
function faultsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n').slice(1);
  }
  return [];
}

describe('the configuration', () => {
  it('requires only the keys', () => {
    expect(loadConfig(testKeyEnvironment)).toMatchObject({
      ...{ NODE_ENV: 'development', PORT: 3000, PUBLIC_URL: 'http://127.0.0.1:3000' },
      ...{ SANDBOX_ENABLED: false, MONGODB_URI: 'mongodb://127.0.0.1:27017/cerciora' },
    });
    const names = ['ENCRYPTION_KEYS', 'CODE_KEYS', 'HASH_KEYS'];
    expect(faultsOf({}).map((fault) => /[A-Z_]+/.exec(fault)?.[0])).toEqual(names);
  });

  it('treats an empty variable as absent', () => {
    const names = [
      'PORT',
      'METRICS_PORT',
      'PUBLIC_URL',
      'TEMPORAL_API_KEY',
      'TEMPORAL_TLS',
      'HOST',
    ];
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    const [read, expected] = [{ ...testKeyEnvironment, ...empty }, testKeyEnvironment].map((env) =>
      JSON.stringify(loadConfig(env)),
    );
    expect(read).toBe(expected);
  });

  it.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ])('reads the flag %s as %s', (text, flag) => {
    expect(loadConfig({ ...testKeyEnvironment, SANDBOX_ENABLED: text }).SANDBOX_ENABLED).toBe(flag);
  });

  it('reports all errors together, by name and without their values', () => {
    const wrong: Record<string, string> = {
      LOG_LEVEL: 'chatty-value',
      PORT: '70000123',
      PUBLIC_URL: 'ftp://secret-host',
      TRUST_PROXY: 'secret-proxy',
      METRICS_PORT: '-17',
      TEMPORAL_TLS: 'secret-flag',
      TEMPORAL_UI_URL: 'secret-ui',
      WORKER_MAX_CACHED_RUNS: '9.75',
      MONGODB_URI: 'postgres://user:hunter2@db',
      ENCRYPTION_KEYS: `a:${Buffer.alloc(16, 'k').toString('base64')}`,
      CODE_KEYS: 'secret-code-key',
      SANDBOX_ENABLED: 'secret-sandbox',
    };
    const faults = faultsOf({ ...testKeyEnvironment, ...wrong });
    for (const [name, value] of Object.entries(wrong)) {
      expect(faults.filter((fault) => fault.startsWith(`  - ${name}: `))).toHaveLength(1);
      expect(faults.join('\n')).not.toContain(value);
    }
    expect(faults).toHaveLength(Object.keys(wrong).length);
    expect(faults.join('\n')).not.toMatch(/hunter2|a2tr/);
  });
});

describe('the configuration in production', () => {
  it('accepts an https URL and keys that are not development keys', () => {
    expect(loadConfig(production).PUBLIC_URL).toBe('https://id.example');
  });

  it.each<[string, NodeJS.ProcessEnv, string]>([
    ['a development key', { CODE_KEYS: DEV_KEY }, 'CODE_KEYS: holds a development key'],
    [
      'a development key behind another',
      { HASH_KEYS: `${testKeyEnvironment['HASH_KEYS']}, ${DEV_KEY}` },
      'HASH_KEYS: holds a development key',
    ],
    ['an http address', { PUBLIC_URL: 'http://id.example' }, 'PUBLIC_URL: must be given and begin'],
    ['no address', { PUBLIC_URL: undefined }, 'PUBLIC_URL: must be given and begin'],
    ['the sandbox', { SANDBOX_ENABLED: '1' }, 'SANDBOX_ENABLED: must not be set'],
  ])('refuses %s, which development allows', (_what, change, fault) => {
    expect(faultsOf({ ...production, ...change })).toEqual([expect.stringContaining(fault)]);
    expect(faultsOf({ ...production, ...change, NODE_ENV: 'development' })).toEqual([]);
  });

  it('reports errors of production together with errors of format', () => {
    const env = {
      NODE_ENV: 'production',
      PORT: 'x',
      SANDBOX_ENABLED: 'true',
      ENCRYPTION_KEYS: DEV_KEY,
    };
    const names = faultsOf(env).map((fault) => /[A-Z_]+/.exec(fault)?.[0]);
    expect(new Set(names)).toEqual(
      new Set([
        'PORT',
        'CODE_KEYS',
        'HASH_KEYS',
        'ENCRYPTION_KEYS',
        'PUBLIC_URL',
        'SANDBOX_ENABLED',
      ]),
    );
  });
});
