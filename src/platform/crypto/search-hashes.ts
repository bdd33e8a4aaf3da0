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
  return value === null ? null : keyedHash(ring, `${what}/${accountUuid}`, formOf(what, value));
}

/** The hashes to look for. */
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
