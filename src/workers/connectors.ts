/** Which connector serves a send. */
import { ChannelError, type Connector } from '../channels/connector';
import { sandboxConnector } from '../channels/sandbox';
import type { SendOrder } from '../steps/contract';
import type { Stores } from '../store/stores';
import type { SandboxReceipts } from '../temporal/sandbox-receipts';

/**
 * In test mode the sandbox stands in for every connector, with receipts unless the connector is a sandbox without any.
 */
export function connectorsOf(
  { connectors, sandbox }: Pick<Stores, 'connectors' | 'sandbox'>,
  receipts: SandboxReceipts,
  { SANDBOX_ENABLED }: { SANDBOX_ENABLED: boolean },
): (order: SendOrder) => Promise<Connector> {
  const tellLater = receipts.tellLater.bind(receipts);
  return async ({ account_uuid, connector_uuid, mode }) => {
    if (!SANDBOX_ENABLED) throw new ChannelError('misconfigured', 'sandbox_disabled');
    const configured =
      connector_uuid === null ? null : await connectors.find(account_uuid, connector_uuid);
    if (mode === 'live' && connector_uuid !== null && configured === null) {
      throw new ChannelError('misconfigured', 'connector_gone');
    }
    return sandboxConnector(sandbox, tellLater, configured?.receipts ?? true);
  };
}
