import type { Mode } from '../../domain/run/events';
import { KeyExists, type ApiKey, type Scope } from '../../store/accounts/api-keys';
import type { Reservation } from '../../store/accounts/idempotency';
import { alreadyCreated, DomainError } from '../domain-error';
import type { Ports } from '../ports';

export interface WantedKey {
  name: string;
  mode: Mode;
  scopes: readonly Scope[];
}

/**
 * Creates an API key for the account of the key that asks. `text` is the whole key, `<id>|<secret>`; only a digest of its
 * secret is stored.
 * @throws DomainError `forbidden` for a scope or mode beyond those of `asking`, `already_created` where an earlier try of
 * the same request created the key.
 */
export async function createKey(
  { apiKeys }: Pick<Ports, 'apiKeys'>,
  asking: ApiKey,
  wanted: WantedKey,
  { uuid }: Pick<Reservation, 'uuid'>,
): Promise<{ key: ApiKey; text: string }> {
  requireWithin(asking, wanted);
  const { account_uuid } = asking;
  const scopes = [...wanted.scopes];
  try {
    return await apiKeys.create({ account_uuid, uuid, ...wanted, scopes });
  } catch (error) {
    throw error instanceof KeyExists ? alreadyCreated(uuid) : error;
  }
}

function requireWithin(asking: ApiKey, { mode, scopes }: WantedKey): void {
  if (asking.mode === 'test' && mode === 'live') {
    const details = [{ path: 'mode', message: 'must be test' }];
    throw new DomainError('forbidden', 'A test key creates test keys only.', { details });
  }
  const details = scopes.flatMap((scope, index) =>
    asking.scopes.includes(scope)
      ? []
      : [{ path: `scopes.${index}`, message: `the key that asks lacks ${scope}` }],
  );
  if (details.length === 0) return;
  const message = 'A key gives no scope that it lacks itself; see details.';
  throw new DomainError('forbidden', message, { details });
}
