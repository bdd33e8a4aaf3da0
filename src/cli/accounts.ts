import type { Command } from 'commander';
import { newWebhookSecret } from '../platform/crypto/webhook-signature';
import { parseName } from './name-option';
import { print, withSession } from './session';

interface CreateOptions {
  name: string;
  language: string;
  json?: boolean;
}

/** Adds `accounts create` and `accounts list`. */
export function accountCommands(program: Command): void {
  const accounts = program.command('accounts').description('tenants of this installation');
  accounts
    .command('create')
    .description('makes an account; its webhook secret is shown once')
    .requiredOption('--name <name>', 'name that people see on the page and in messages', parseName)
    .option('--language <code>', 'es, en or pt', 'es')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExample:\n  cerciora accounts create --name "Banco Uno"')
    .action(async ({ name, language, ...options }: CreateOptions) => {
      if (!['es', 'en', 'pt'].includes(language)) throw new Error('--language is es, en or pt');
      const webhook_secret = newWebhookSecret();
      const account = await withSession((session) =>
        session.accounts.ensureAccount({ name, language, webhook_secret }),
      );
      print({ ...account, webhook_secret }, options, () =>
        [
          `account         ${account.uuid}`,
          `webhook secret  ${webhook_secret}`,
          `next            cerciora keys create --account ${account.uuid} --mode live --name backend`,
        ].join('\n'),
      );
    });
  accounts
    .command('list')
    .description('lists accounts, newest first')
    .option('--json', 'print one line of JSON')
    .action(async (options: { json?: boolean }) => {
      const found = await withSession((session) => session.accounts.listAccounts());
      print(found, options, (all) => all.map((each) => `${each.uuid}  ${each.name}`).join('\n'));
    });
}
