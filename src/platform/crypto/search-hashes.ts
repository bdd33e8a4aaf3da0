/** Computes keyed hashes for finding runs by personal data. */
import type { Keyring } from './keyring';
import { keyedHash, keyedHashes, type KeyedHashes } from './secrets';

export type SearchField = 'reference' | 'phone' | 'email';

/** Returns the hash to store; null for no value. */
export function searchHash(
  ring: Keyring,
  accountUuid: string,
  what: SearchField,
  value: string | null,
): string | null {
  return value === null ? null : keyedHash(ring, `${what}/${accountUuid}`, formOf(what, value));
}

/** Returns all hashes to search for. */
export function searchHashes(
  ring: Keyring,
  accountUuid: string,
  what: SearchField,
  value: string,
): KeyedHashes {
  return keyedHashes(ring, `${what}/${accountUuid}`, formOf(what, value));
}

/** A reference is one text, composed (NFC) or not; it has at most 255 characters. Phones and emails are canonical. */
function formOf(what: SearchField, value: string): string {
  return what === 'reference' ? value.normalize('NFC') : value;
}
