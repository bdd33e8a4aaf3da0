/** Bearer secrets in the form `<id>|<secret>`: shown once, stored as a digest. */
import { createHash, createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { Keyring, NamedKey } from './keyring';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 43 base62 characters have 256 bits, so storing a plain SHA-256 digest is enough (OWASP ASVS 5.0, 6.5.2). */
const SECRET_LENGTH = 43;

/** Returns a random base62 string without modulo bias. */
export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

/** Returns a new secret of 256 bits. */
export function newSecret(): string {
  return randomText(SECRET_LENGTH);
}

/** Returns the stored digest of a secret. */
export function sha256Hex(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Compares a secret with a stored digest in constant time. */
export function equalsDigest(secret: string, digest: string): boolean {
  const presented = Buffer.from(sha256Hex(secret));
  const stored = Buffer.from(digest);
  return presented.length === stored.length && timingSafeEqual(presented, stored);
}

/** Returns a keyed hash (`HASH_KEYS`), by which a value can be found but not read. `purpose` separates the uses. */
export function keyedHash(ring: Keyring, purpose: string, value: string): string {
  return hmac(ring.current, purpose, value);
}

/** At least one hash. */
export type KeyedHashes = readonly [string, ...string[]];

/**
 * Returns the hashes under which a value may be stored, newest key first: values hashed under older keys must still be
 * found.
 */
export function keyedHashes(ring: Keyring, purpose: string, value: string): KeyedHashes {
  const older = ring.all.filter((key) => key !== ring.current);
  return [hmac(ring.current, purpose, value), ...older.map((key) => hmac(key, purpose, value))];
}

function hmac(key: NamedKey, purpose: string, value: string): string {
  return createHmac('sha256', key.bytes).update(`${purpose}\0${value}`).digest('base64url');
}
