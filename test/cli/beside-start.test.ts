/** Tests the operator's command in the folder of a running `npm start`, without own settings. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { AccountStore } from '../../src/store/accounts/accounts';
import { ApiKeyStore, SCOPES } from '../../src/store/accounts/api-keys';
import { testKeyEnvironment, testKeys } from '../support/keys';
import { dropStore, freshDatabase, openStore } from '../support/store';

const CLI = join(__dirname, '../../dist/cli.js');
const ACCOUNT = randomUUID();
const MONGODB_URI = freshDatabase();
const home = mkdtempSync(join(tmpdir(), 'cerciora-beside-'));
const below = join(home, 'some/folder');

let connection: Connection;
let accounts: AccountStore;
let apiKeys: ApiKeyStore;
beforeAll(async () => {
  connection = await openStore(MONGODB_URI);
  accounts = new AccountStore(connection, testKeys.ENCRYPTION_KEYS);
  apiKeys = new ApiKeyStore(connection);
  const account = {
    uuid: ACCOUNT,
    name: 'Banco',
    language: 'es',
    webhook_secret: 'whsec_dGVzdA==',
  };
  await accounts.ensureAccount(account);
  mkdirSync(below, { recursive: true });
  describeStack(process.pid);
});
afterAll(async () => {
  await dropStore(connection);
  rmSync(home, { recursive: true, force: true });
});

/** Writes the files of a running stack. */
function describeStack(start: number): void {
  const write = (name: string, content: object) => {
    mkdirSync(join(home, '.cerciora'), { recursive: true });
    writeFileSync(join(home, '.cerciora', name), JSON.stringify(content));
  };
  write('dev.json', { account_uuid: ACCOUNT, pids: { start } });
  write('settings.json', { ...testKeyEnvironment, MONGODB_URI });
}

function run(args: string[], { cwd = home, env = {} }: { cwd?: string; env?: object } = {}) {
  const options = { cwd, env: { PATH: process.env['PATH'], ...env } };
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [CLI, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

const CREATE = ['keys', 'create', '--mode', 'live', '--name', 'backend', '--json'];

test.each([
  ['its folder', home],
  ['a folder below', below],
])('the command creates keys of the stack in %s', async (_where, cwd) => {
  const { code, stdout, stderr } = await run([...CREATE, '--scopes', 'all'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const made = JSON.parse(stdout) as { key: string; scopes: string[] };
  expect(made.scopes).toEqual(SCOPES);
  const found = await apiKeys.authenticate(made.key);
  expect(found).toMatchObject({ account_uuid: ACCOUNT, mode: 'live' });
});

test('a key has the scopes of a backend in both outputs when none are given', async () => {
  const made = JSON.parse((await run(CREATE)).stdout) as { scopes: string[] };
  expect(made.scopes).toEqual(['runs:read', 'runs:write']);
  const { stdout } = await run(CREATE.slice(0, -1));
  expect(stdout).toMatch(/^key {5}live_\S+\nscopes {2}runs:read runs:write\n$/);
});

test('the command uses the stack when the environment repeats its settings', async () => {
  const { code } = await run(['accounts', 'list'], { env: { MONGODB_URI } });
  expect(code).toBe(0);
});

test.each(['MONGODB_URI', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'])(
  'the command never encrypts data of another %s with the keys of the stack',
  async (name) => {
    const other = name === 'MONGODB_URI' ? 'mongodb://127.0.0.1:1/other' : 'other:7233';
    const { code, stderr } = await run(CREATE, { env: { [name]: other } });
    expect(code).toBe(78);
    expect(stderr).toContain('ENCRYPTION_KEYS: must be set');
  },
);

test('the command reports that no stack runs once it has ended', async () => {
  describeStack(2 ** 30);
  const { code, stderr } = await run(CREATE);
  expect(code).toBe(78);
  expect(stderr).toContain('No `npm start` runs here');
  describeStack(process.pid);
});

test('the command requires --account when the environment has no account', async () => {
  const env = { ...testKeyEnvironment, MONGODB_URI };
  const { code, stderr } = await run(CREATE, { env, cwd: tmpdir() });
  expect(code).toBe(1);
  expect(stderr).toContain('name --account');
});
