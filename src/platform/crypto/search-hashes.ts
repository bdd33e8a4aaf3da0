/** Keyed hashes by which runs are found by what is personal in them. */
import type { Keyring } from './keyring';
import { keyedHash, keyedHashes, type KeyedHashes } from './secrets';

export type SearchField = 'reference' | 'phone' | 'email';

/** The hash to store; null for nothing. */
export function searchHash(
  ring: Keyring,
  accountUuid: string,
  what: SearchField,
  value: string | null,
): string | null {
  return value === null ? null : keyedHash(ring, `${what}/${accountUuid}`, value);
}

/** The hashes to look for. */
export function searchHashes(
  ring: Keyring,
  accountUuid: string,
  what: SearchField,
  value: string,
): KeyedHashes {
  return keyedHashes(ring, `${what}/${accountUuid}`, value);
}
