/** Selects the connector of a send. */
import { ChannelError, type Connector } from '../providers/connector';
import { liveConnectors } from '../providers/live-connectors';
import { sandboxConnector } from '../providers/sandbox/sandbox';
import type { Config } from '../platform/config';
import type { SendOrder } from '../steps/shared/one-time-code/calls';
import type { Stores } from '../store/stores';
import type { SandboxReceipts } from '../platform/temporal/sandbox-receipts';

type Settings = Pick<
  Config,
  'SANDBOX_ENABLED' | 'PUBLIC_URL' | 'TWILIO_API_BASE_URL' | 'SENDGRID_API_BASE_URL'
>;

type WorkerStores = Pick<Stores, 'connectors' | 'sandbox' | 'sends' | 'accounts'>;

/**
 * Creates the selection. In test mode the sandbox replaces every connector, with receipts unless the connector gives
 * none. A paused connector sends nothing in either mode, a sandbox connector nothing in live mode. WhatsApp without a
 * connector uses the account's default line.
 */
export function createConnectors(
  { connectors, sandbox, sends, accounts }: WorkerStores,
  receipts: SandboxReceipts,
  config: Settings,
): (order: SendOrder) => Promise<Connector> {
  const reportLater = receipts.reportLater.bind(receipts);
  const live = liveConnectors({ connectors, sends, config });
  const sandboxFor = (uuid: string | null, gives_receipts: boolean) => {
    if (!config.SANDBOX_ENABLED) throw new ChannelError('misconfigured', 'sandbox_disabled');
    return sandboxConnector(sandbox, reportLater, { uuid, gives_receipts });
  };
  return async ({ account_uuid, connector_uuid, mode, channel }) => {
    await requireSending(accounts, account_uuid, channel);
    const configured =
      connector_uuid === null
        ? mode === 'live' && (await connectors.defaultLine(account_uuid))
        : await connectors.find(account_uuid, connector_uuid);
    if (!configured) {
      if (mode === 'test') return sandboxFor(connector_uuid, true);
      throw new ChannelError(
        'misconfigured',
        connector_uuid === null ? 'no_line' : 'connector_gone',
      );
    }
    if (configured.paused === true) throw new ChannelError('misconfigured', 'connector_paused');
    if (mode === 'test') return sandboxFor(configured.uuid, configured.receipts);
    // Creation refuses sandbox connectors, but the account's configuration may have changed since.
    if (configured.kind === 'sandbox') throw new ChannelError('misconfigured', 'sandbox_connector');
    return live(configured);
  };
}

/** @throws ChannelError if sending is disabled for the account. */
async function requireSending(
  accounts: Stores['accounts'],
  accountUuid: string,
  channel: SendOrder['channel'],
): Promise<void> {
  const account = await accounts.findAccount(accountUuid);
  const isPaused = account?.paused_channels.includes(channel) === true;
  if (isPaused) throw new ChannelError('misconfigured', 'sending_paused');
}
