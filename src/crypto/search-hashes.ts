/** Keyed hashes by which runs are found by what is personal in them. */
import type { Keyring } from './keyring';
import { keyedHash, keyedHashes, type Hashes } from './secrets';

export type Searched = 'reference' | 'phone' | 'email';

/** The hash to store; null for nothing. */
export function searchHash(
  ring: Keyring,
  accountUuid: string,
  what: Searched,
  value: string | null,
): string | null {
  return value === null ? null : keyedHash(ring, `${what}/${accountUuid}`, value);
}

/** The hashes to look for. */
export function searchHashes(
  ring: Keyring,
  accountUuid: string,
  what: Searched,
  value: string,
): Hashes {
  return keyedHashes(ring, `${what}/${accountUuid}`, value);
}
