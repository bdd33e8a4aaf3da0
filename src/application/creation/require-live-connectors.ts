/** Requires real connectors for live runs: the sandbox stores its messages instead of sending them. */
import type { Route } from '../../domain/otp/policy';
import type { Configured, NipFields } from '../../store/configuration/configuration';
import type { Tenant } from '../../store/runs/runs';
import { invalidField } from '../domain-error';
import type { Ports } from '../ports';

/**
 * Checks the routes of a NIP for a run of the tenant's mode.
 * @throws DomainError `validation_failed` at `path` if a route of a live run uses a sandbox connector. The message
 * names the NIP and the connector.
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
    // The default line may change until the send; the send then fails if the line is missing or unfit.
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
