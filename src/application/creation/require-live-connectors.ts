/** A live run writes to real people: the sandbox, which keeps its messages, must not stand in for a provider. */
import type { Route } from '../../domain/otp/policy';
import type { Configured, NipFields } from '../../store/configuration/configuration';
import type { Tenant } from '../../store/runs/runs';
import { invalidField } from '../domain-error';
import type { Ports } from '../ports';

/**
 * Checks the routes of a NIP for a run of the tenant's mode.
 * @throws DomainError `validation_failed` at `path`, where a route of a live run ends in a sandbox connector. Names the NIP and
 * the connector.
 */
export async function requireLiveConnectors(
  { connectors }: Pick<Ports, 'connectors'>,
  { account_uuid, mode }: Tenant,
  nip: Configured<NipFields>,
  path: string,
): Promise<void> {
  if (mode !== 'live') return;
  const named = `uses the NIP "${nip.name}" (${nip.uuid})`;
  for (const { channel, connector_uuid } of routesOf(nip)) {
    // Whatever line the account has by then: at the latest, the send fails.
    if (connector_uuid === null) continue;
    const connector = await connectors.find(account_uuid, connector_uuid);
    if (connector?.kind !== 'sandbox') continue;
    const through = `the sandbox connector "${connector.name}" (${connector.uuid})`;
    const needed = 'use a connector of a provider, or a test key';
    throw invalidField(path, `${named}, which sends ${channel} by ${through}: ${needed}`);
  }
}

function routesOf({ first_verification: first, second_verification: second }: NipFields): Route[] {
  return [first, second].flatMap((each) => {
    if (each === null) return [];
    return each.backup === null ? [each] : [each, each.backup];
  });
}
