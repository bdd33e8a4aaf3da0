import type { Command } from 'commander';
import { SCOPES, type Scope } from '../store/accounts/accounts';
import type { Mode } from '../runs/events';
import { print, withSession } from './session';

interface CreateOptions {
  account: string;
  name: string;
  mode: string;
  scopes: string;
  json?: boolean;
}

interface KeyOptions {
  account: string;
  json?: boolean;
}

/** `keys create`, `keys list`, `keys revoke` and `keys rotate-encryption`. */
export function keyCommands(program: Command): void {
  const keys = program.command('keys').description('API keys of an account');
  keys
    .command('create')
    .description('makes a key; its secret is shown once')
    .requiredOption('--account <uuid>')
    .requiredOption('--name <name>', 'what uses the key')
    .requiredOption('--mode <mode>', 'live or test')
    .option('--scopes <list>', `comma-separated, of ${SCOPES.join(', ')}`, 'runs:read,runs:write')
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      '\nExample:\n  cerciora keys create --account … --mode test --name backend',
    )
    .action(createKey);
  rotateCommand(keys);
  keys
    .command('list')
    .requiredOption('--account <uuid>')
    .option('--json', 'print one line of JSON')
    .action(async (options: KeyOptions) => {
      const found = await withSession(({ accounts }) => accounts.listKeys(options.account));
      print(found, options, (all) =>
        all.map((key) => `${key.uuid}  ${key.id}  ${key.name}  ${key.scopes.join(' ')}`).join('\n'),
      );
    });
  keys
    .command('revoke <uuid>')
    .description('revokes a key; processes that know it forget it within 10 s')
    .requiredOption('--account <uuid>')
    .option('--json', 'print one line of JSON')
    .action(async (uuid: string, options: KeyOptions) => {
      const revoked = await withSession(({ accounts }) =>
        accounts.deleteKey(options.account, uuid),
      );
      if (!revoked) throw new Error(`the account has no key ${uuid}`);
      print({ revoked: uuid }, options, () => `revoked ${uuid}`);
    });
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
  const made = await withSession(async ({ accounts }) => {
    if ((await accounts.findAccount(options.account)) === null) {
      throw new Error(`there is no account ${options.account}`);
    }
    return accounts.createKey({ account_uuid: options.account, name: options.name, ...wanted });
  });
  print({ ...made.key, key: made.text }, options, ({ key }) => `key  ${key}`);
}

function readMode(text: string): Mode {
  if (text !== 'live' && text !== 'test') throw new Error('--mode is live or test');
  return text;
}

function readScopes(text: string): Scope[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !SCOPES.some((scope) => scope === name));
  if (unknown.length > 0) throw new Error(`unknown scopes: ${unknown.join(', ')}`);
  return names as Scope[];
}
