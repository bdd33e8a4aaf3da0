import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { SCOPES } from '../store/accounts/api-keys';
import type { NipFields } from '../store/configuration/configuration';
import { createIndexes } from '../store/stores';
import { registerSearchAttributes } from '../platform/temporal/register-search-attributes';
import { derivedUuid } from '../platform/crypto/derived-uuid';
import { newWebhookSecret } from '../platform/crypto/webhook-signature';
import { print, withSession, type Session } from './session';

/** Wait for a starting Temporal, in milliseconds. */
const TEMPORAL_TIMEOUT_MS = 30_000;

/**
 * Adds `setup`: registers search attributes, creates indexes, and creates the account and key of SETUP_ACCOUNT_UUID,
 * SETUP_TEST_KEY and SETUP_WEBHOOK_SECRET, if set. Safe to repeat.
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
        if (session.config.SANDBOX_ENABLED) await ensureSandbox(session, account.uuid);
        const key = { account_uuid: account.uuid, name: 'npm start', mode: 'test' as const };
        await session.apiKeys.create({ ...key, scopes: [...SCOPES] }, testKey);
        return { account_uuid: account.uuid };
      });
      print(result, options, ({ account_uuid }) =>
        account_uuid === null ? 'Ready.' : `Ready, with account ${account_uuid}.`,
      );
    });
}

/** Creates a sandbox connector, with NIPs for codes to phones and to emails. Their uuids are the same at each start. */
async function ensureSandbox(session: Session, accountUuid: string): Promise<void> {
  const { accounts, connectors, nips } = session;
  const connector_uuid = derivedUuid(accountUuid, 'sandbox-connector');
  const default_nip_uuid = derivedUuid(accountUuid, 'default-nip');
  const default_email_nip_uuid = derivedUuid(accountUuid, 'default-email-nip');
  await connectors.create(accountUuid, connector_uuid, {
    name: 'Sandbox',
    kind: 'sandbox',
    channels: ['sms', 'whatsapp', 'email'],
    receipts: true,
  });
  const backup = { after_failed_attempts: 2, channel: 'whatsapp', connector_uuid: null } as const;
  const phone = nipOver('NIP', { channel: 'sms', connector_uuid, backup });
  const email = nipOver('NIP by email', { channel: 'email', connector_uuid, backup: null });
  await nips.create(accountUuid, default_nip_uuid, phone);
  await nips.create(accountUuid, default_email_nip_uuid, email);
  await accounts.ensureDefaultNips(accountUuid, { default_nip_uuid, default_email_nip_uuid });
}

function nipOver(name: string, first_verification: NipFields['first_verification']): NipFields {
  return {
    name,
    type: 'generic',
    first_verification,
    second_verification: null,
    code: {
      ...{ length: 6, expires_in: 600, max_wrong: 5, max_sends: 5 },
      ...{ resend_after: 30, receipt_timeout: 60 },
    },
    messages: {},
  };
}
