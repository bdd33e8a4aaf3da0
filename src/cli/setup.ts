import { randomBytes, randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { SCOPES } from '../store/accounts';
import { createIndexes } from '../store/stores';
import { registerSearchAttributes } from '../temporal/register-search-attributes';
import { print, withSession } from './session';

/** Temporal may still be starting, in milliseconds. */
const TEMPORAL_TIMEOUT_MS = 30_000;

/**
 * `setup`: registers search attributes and creates indexes; makes the account and key that SETUP_ACCOUNT_UUID,
 * SETUP_TEST_KEY and SETUP_WEBHOOK_SECRET name, where they are given. Safe to repeat.
 */
export function setupCommand(program: Command): void {
  program
    .command('setup')
    .description(
      'prepares Temporal and MongoDB, and a first account where SETUP_… variables name one',
    )
    .option('--json', 'print one line of JSON')
    .action(async (options: { json?: boolean }) => {
      const result = await withSession(async (session) => {
        const { client, accounts } = session;
        await client.withDeadline(Date.now() + TEMPORAL_TIMEOUT_MS, () =>
          registerSearchAttributes(client),
        );
        await createIndexes(session);
        const { SETUP_TEST_KEY: testKey, SETUP_ACCOUNT_UUID: uuid } = process.env;
        if (testKey === undefined) return { account_uuid: null };
        const account = await accounts.ensureAccount({
          uuid: uuid ?? randomUUID(),
          name: 'Cerciora',
          language: 'es',
          webhook_secret: process.env['SETUP_WEBHOOK_SECRET'] ?? newWebhookSecret(),
        });
        const key = { account_uuid: account.uuid, name: 'npm start', mode: 'test' as const };
        await accounts.createKey({ ...key, scopes: [...SCOPES] }, testKey);
        return { account_uuid: account.uuid };
      });
      print(result, options, ({ account_uuid }) =>
        account_uuid === null ? 'Ready.' : `Ready, with account ${account_uuid}.`,
      );
    });
}

/** A secret for Standard Webhooks: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
