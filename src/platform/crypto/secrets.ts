/** Bearer secrets of the form `<id>|<secret>`: shown once, kept as a digest. */
import { createHash, createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { Keyring, NamedKey } from './keyring';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 43 characters of base62 carry 256 bits: a plain SHA-256 digest is enough at rest (OWASP ASVS 5.0, 6.5.2). */
const SECRET_LENGTH = 43;

/** A random string of base62, without modulo bias. */
export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

/** A new secret of 256 bits. */
export function newSecret(): string {
  return randomText(SECRET_LENGTH);
}

/** What of a secret is stored. */
export function sha256Hex(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Compares a presented secret with a stored digest in constant time. */
export function equalsDigest(secret: string, digest: string): boolean {
  const presented = Buffer.from(sha256Hex(secret));
  const stored = Buffer.from(digest);
  return presented.length === stored.length && timingSafeEqual(presented, stored);
}

/** A keyed hash by which a value can be found again and not read (`HASH_KEYS`); `purpose` keeps uses apart. */
export function keyedHash(ring: Keyring, purpose: string, value: string): string {
  return hmac(ring.current, purpose, value);
}

/** At least one hash. */
export type KeyedHashes = readonly [string, ...string[]];

/** The hashes under which a value may be stored, newest key first: rotating keys must not lose what was hashed. */
export function keyedHashes(ring: Keyring, purpose: string, value: string): KeyedHashes {
  const older = ring.all.filter((key) => key !== ring.current);
  return [hmac(ring.current, purpose, value), ...older.map((key) => hmac(key, purpose, value))];
}

function hmac(key: NamedKey, purpose: string, value: string): string {
  return createHmac('sha256', key.bytes).update(`${purpose}\0${value}`).digest('base64url');
}
