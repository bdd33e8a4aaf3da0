import type { Command } from 'commander';
import { prefixId } from '../store/messaging/spending-ids';
import { print, withSession } from './session';

interface OpenOptions {
  account: string;
  phone: string;
  json?: boolean;
}

/** Adds `sending open-prefix`. */
export function sendingCommands(program: Command): void {
  const sending = program.command('sending').description('messages of an account');
  sending
    .command('open-prefix')
    .description('opens a phone prefix that the breaker closed, before its twelve hours are over')
    .requiredOption('--account <uuid>')
    .requiredOption('--phone <phone>', 'any phone of the prefix, in E.164')
    .option('--json', 'print one line of JSON')
    .action(async (options: OpenOptions) => {
      await withSession(async ({ config, spending }) => {
        const id = prefixId(config.HASH_KEYS, options.account, options.phone);
        if (id === null) throw new Error('--phone is in E.164, such as +525512345678');
        await spending.open(id, Date.now());
      });
      print({ opened: true }, options, () => 'opened');
    });
}
