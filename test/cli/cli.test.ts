import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { ApiKeyStore } from '../../src/store/accounts/api-keys';
import { WebhookSecrets } from '../../src/store/webhooks/webhook-secrets';
import { testKeyEnvironment, testKeys } from '../support/keys';
import { dropStore, freshDatabase, openStore } from '../support/store';

const CLI = join(__dirname, '../../dist/cli.js');
const TIMEOUT_MS = 60_000;

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

describe('the operator command', () => {
  const MONGODB_URI = freshDatabase();
  let connection: Connection;
  beforeAll(async () => {
    connection = await openStore(MONGODB_URI);
  }, TIMEOUT_MS);
  afterAll(() => dropStore(connection));

  const environment = { ...testKeyEnvironment, MONGODB_URI, PATH: process.env['PATH'] };
  const run = (args: string[], env: NodeJS.ProcessEnv = environment): Promise<Result> =>
    new Promise((resolve) => {
      // In a folder where no `npm start` can run.
      execFile(
        process.execPath,
        [CLI, ...args],
        { env, cwd: tmpdir() },
        (error, stdout, stderr) => {
          resolve({
            code: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
            stdout,
            stderr,
          });
        },
      );
    });
  /** Returns the one line of JSON that a command prints. */
  const json = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await run([...args, '--json']);
    expect({ code, stderr, lines: stdout.split('\n').length }).toEqual({
      code: 0,
      stderr: '',
      lines: 2,
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const createAccount = async (...more: string[]) =>
    (await json('accounts', 'create', '--name', 'Banco Uno', ...more)) as Record<string, string>;
  const secrets = () => new WebhookSecrets(connection, testKeys.ENCRYPTION_KEYS);

  it('creates an account and prints its webhook secret once', async () => {
    const made = await createAccount('--language', 'pt');
    expect(made).toMatchObject({ name: 'Banco Uno', language: 'pt' });
    const { webhook_secret, ...rest } = made;
    expect(webhook_secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await secrets().find(made['uuid'] ?? '')).toEqual([webhook_secret]);
    expect(await json('accounts', 'list')).toContainEqual(rest);
  }, 60_000);

  it('creates, lists and revokes the keys of an account', async () => {
    const { uuid: account = '' } = await createAccount();
    const options = ['--account', account, '--name', 'backend', '--mode', 'live'];
    const made = await json('keys', 'create', ...options, '--scopes', 'staff, runs:read');
    const { key: text, ...key } = made;
    expect(key).toMatchObject({
      account_uuid: account,
      mode: 'live',
      scopes: ['staff', 'runs:read'],
    });
    expect((await new ApiKeyStore(connection).authenticate(String(text)))?.uuid).toBe(key['uuid']);
    const { uuid: other = '' } = await createAccount();
    const revoke = ['keys', 'revoke', String(key['uuid']), '--account'];
    expect(await json('keys', 'list', '--account', account)).toEqual([key]);
    expect(await run([...revoke, other])).toMatchObject({ code: 1, stdout: '' });
    expect(await json(...revoke, account)).toEqual({ revoked: key['uuid'] });
    expect(await json('keys', 'list', '--account', account)).toEqual([]);
    expect(await run([...revoke, account])).toMatchObject({ code: 1, stdout: '' });
    expect(await new ApiKeyStore(connection).authenticate(String(text))).toBeNull();
  }, 60_000);

  it('prints readable text without --json', async () => {
    const { stdout } = await run(['accounts', 'create', '--name', 'Banco Dos']);
    expect(stdout).toMatch(/^account {9}[0-9a-f-]{36}\nwebhook secret {2}whsec_/);
    const [account = ''] = /[0-9a-f-]{36}/.exec(stdout) ?? [];
    expect((await run(['accounts', 'list'])).stdout).toContain(`${account}  Banco Dos\n`);
    const made = await run([
      'keys',
      'create',
      '--account',
      account,
      '--name',
      'a',
      '--mode',
      'test',
    ]);
    expect(made.stdout).toMatch(
      /^key {5}test_[A-Za-z0-9]{12}\|[A-Za-z0-9]{43}\nscopes {2}runs:read runs:write\n$/,
    );
    const listed = await run(['keys', 'list', '--account', account]);
    expect(listed.stdout).toMatch(/ {2}a {2}runs:read runs:write\n$/);
    expect(listed.stdout).not.toContain('|');
  }, 60_000);

  const key = ['keys', 'create', '--account', randomUUID(), '--name', 'a'];
  it.each<[string, string[], string]>([
    [
      'an unknown scope',
      [...key, '--mode', 'live', '--scopes', 'staff,root'],
      'unknown scopes: root',
    ],
    ['no scope', [...key, '--mode', 'live', '--scopes', ''], 'unknown scopes'],
    ['an unknown mode', [...key, '--mode', 'prod'], '--mode is live or test'],
    ['an unknown account', [...key, '--mode', 'live'], 'there is no account'],
    [
      'an unknown language',
      ['accounts', 'create', '--name', 'a', '--language', 'xx'],
      '--language is',
    ],
    ['a missing option', ['accounts', 'create'], '--name'],
    ['an unknown command', ['accounts', 'destroy'], 'unknown command'],
  ])(
    'refuses %s with status 1 and a message on stderr',
    async (_what, args, message) => {
      const { code, stdout, stderr } = await run(args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(message);
      expect(stderr).not.toMatch(/\n {4}at /);
    },
    60_000,
  );

  it('exits with status 78 and reports all errors of its configuration', async () => {
    const { code, stdout, stderr } = await run(['accounts', 'list'], {
      ...{ PATH: process.env['PATH'], PORT: 'x', CODE_KEYS: testKeyEnvironment['CODE_KEYS'] },
    });
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    const faults = [...stderr.matchAll(/^ {2}- ([A-Z_]+): /gm)].map(([, name]) => name);
    expect(faults.sort()).toEqual(['ENCRYPTION_KEYS', 'HASH_KEYS', 'PORT']);
    expect(stderr).toContain('ENCRYPTION_KEYS: must be set');
    expect(stderr).toContain('No `npm start` runs here');
  }, 60_000);

  it('prints one line when the database is unavailable', async () => {
    const env = { ...environment, MONGODB_URI: 'mongodb://127.0.0.1:1/none' };
    const { code, stderr } = await run(['accounts', 'list'], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^.+\n$/);
  }, 60_000);
});
