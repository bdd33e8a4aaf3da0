import type { Command } from 'commander';
import { SCOPES, type Scope } from '../store/accounts/api-keys';
import type { Mode } from '../domain/run/events';
import { parseName } from './name-option';
import { print, withSession, type Session } from './session';

interface CreateOptions {
  account?: string;
  name: string;
  mode: string;
  scopes: string;
  json?: boolean;
}

interface KeyOptions {
  account?: string;
  json?: boolean;
}

const ACCOUNT = "the account's uuid; that of `npm start` in its folder";

/** Adds `keys create`, `keys list`, `keys revoke` and `keys rotate-encryption`. */
export function keyCommands(program: Command): void {
  const keys = program.command('keys').description('API keys of an account');
  createCommand(keys);
  rotateCommand(keys);
  keys
    .command('list')
    .option('--account <uuid>', ACCOUNT)
    .option('--json', 'print one line of JSON')
    .action(async (options: KeyOptions) => {
      const found = await withSession((session) =>
        session.apiKeys.list(accountOf(session, options)),
      );
      print(found, options, (all) =>
        all.map((key) => `${key.uuid}  ${key.id}  ${key.name}  ${key.scopes.join(' ')}`).join('\n'),
      );
    });
  keys
    .command('revoke <uuid>')
    .description('revokes a key; processes that know it forget it within 10 s')
    .option('--account <uuid>', ACCOUNT)
    .option('--json', 'print one line of JSON')
    .action(async (uuid: string, options: KeyOptions) => {
      const revoked = await withSession((session) =>
        session.apiKeys.delete(accountOf(session, options), uuid),
      );
      if (!revoked) throw new Error(`the account has no key ${uuid}`);
      print({ revoked: uuid }, options, () => `revoked ${uuid}`);
    });
}

function createCommand(keys: Command): void {
  keys
    .command('create')
    .description('makes a key; its secret is shown once')
    .option('--account <uuid>', ACCOUNT)
    .requiredOption('--name <name>', 'what uses the key', parseName)
    .requiredOption('--mode <mode>', 'live or test')
    .option(
      '--scopes <list>',
      `what it may do: all, or some of ${SCOPES.join(', ')}, separated by commas`,
      'runs:read,runs:write',
    )
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  cerciora keys create --account … --mode live --name backend\n' +
        '  cerciora keys create --account … --mode live --name deployment --scopes config:read,config:write',
    )
    .action(createKey);
}

function rotateCommand(keys: Command): void {
  keys
    .command('rotate-encryption')
    .description(
      'seals connectors’ credentials and the keys of runs under the newest encryption key',
    )
    .option('--json', 'print one line of JSON')
    .action(async (options: { json?: boolean }) => {
      const result = await withSession(async ({ connectors, runKeys }) => ({
        connectors: await connectors.rotate(),
        run_keys: await runKeys.rotate(),
      }));
      print(
        result,
        options,
        ({ connectors, run_keys }) => `sealed anew: ${connectors} connectors, ${run_keys} run keys`,
      );
    });
}

async function createKey(options: CreateOptions): Promise<void> {
  const wanted = { mode: readMode(options.mode), scopes: readScopes(options.scopes) };
  const made = await withSession(async (session) => {
    const account_uuid = accountOf(session, options);
    if ((await session.accounts.findAccount(account_uuid)) === null) {
      throw new Error(`there is no account ${account_uuid}`);
    }
    return session.apiKeys.create({ account_uuid, name: options.name, ...wanted });
  });
  print({ ...made.key, key: made.text }, options, ({ key, scopes }) =>
    [`key     ${key}`, `scopes  ${scopes.join(' ')}`].join('\n'),
  );
}

/** Returns the named account, or that of the running `npm start`. */
function accountOf({ stack }: Session, { account }: KeyOptions): string {
  const uuid = account ?? stack?.account_uuid;
  if (uuid !== undefined) return uuid;
  throw new Error('name --account <uuid>; `accounts list` shows them');
}

function readMode(text: string): Mode {
  if (text !== 'live' && text !== 'test') throw new Error('--mode is live or test');
  return text;
}

function readScopes(text: string): Scope[] {
  if (text === 'all') return [...SCOPES];
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !SCOPES.some((scope) => scope === name));
  if (unknown.length > 0) throw new Error(`unknown scopes: ${unknown.join(', ')}`);
  return names as Scope[];
}
