import type { ApiKey } from '../../store/accounts/api-keys';
import { notFound } from '../domain-error';
import type { Ports } from '../ports';

/**
 * Revokes a key. This process refuses it from now on; other processes may accept it for as long as they cache keys (10 s).
 * @throws DomainError `not_found` where it was revoked meanwhile.
 */
export async function revokeKey(
  { apiKeys }: Pick<Ports, 'apiKeys'>,
  { account_uuid, uuid }: ApiKey,
): Promise<void> {
  if (!(await apiKeys.delete(account_uuid, uuid))) throw notFound('API key');
}
