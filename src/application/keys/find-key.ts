import type { Mode } from '../../domain/run/events';
import type { ApiKey } from '../../store/accounts/api-keys';
import { notFound } from '../domain-error';
import type { Ports } from '../ports';

/** Returns the modes of the keys that a key may see and revoke: a test key reaches no live key. */
export function visibleModes({ mode }: Pick<ApiKey, 'mode'>): Mode[] {
  return mode === 'live' ? ['live', 'test'] : ['test'];
}

/** Finds a key of the account that the asking key may see. @throws DomainError `not_found`. */
export async function findKey(
  { apiKeys }: Pick<Ports, 'apiKeys'>,
  asking: ApiKey,
  uuid: string,
): Promise<ApiKey> {
  const found = await apiKeys.find(asking.account_uuid, uuid);
  if (found === null || !visibleModes(asking).includes(found.mode)) throw notFound('API key');
  return found;
}
