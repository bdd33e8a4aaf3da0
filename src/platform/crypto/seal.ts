/**
 * Seals texts: AES-256-GCM with a synthetic nonce (HMAC-SHA-256 over associated data and text, truncated to 96 bits).
 * Sealing the same text twice under one key gives the same bytes, and a nonce never repeats over different texts, as in
 * RFC 8452 (nonce-misuse resistance). Layout: version (1) · nonce (12) · tag (16) · ciphertext.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

const VERSION = 1;
const NONCE = 12;
const TAG = 16;
const HEADER = 1 + NONCE + TAG;

/** Seals bytes under a 32-byte key. `aad` binds them to a place: decryption in another place fails. */
export function seal(key: Buffer, text: Uint8Array, aad: string): Buffer {
  const nonce = syntheticNonce(key, text, aad);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(aad));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]);
}

/**
 * Decrypts the output of `seal`.
 * @throws Error if key, place or bytes differ.
 */
export function open(key: Buffer, sealed: Uint8Array, aad: string): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < HEADER || bytes[0] !== VERSION) throw new Error('not a sealed value');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + NONCE), {
    authTagLength: TAG,
  })
    .setAAD(Buffer.from(aad))
    .setAuthTag(bytes.subarray(1 + NONCE, HEADER));
  return Buffer.concat([decipher.update(bytes.subarray(HEADER)), decipher.final()]);
}

/** Seals a JSON value. */
export function sealJson(key: Buffer, value: unknown, aad: string): Buffer {
  return seal(key, Buffer.from(JSON.stringify(value)), aad);
}

/** Decrypts a JSON value. The caller knows its type, because it was sealed in the same place. */
export function openJson<Value>(key: Buffer, sealed: Uint8Array, aad: string): Value {
  return JSON.parse(open(key, sealed, aad).toString()) as Value;
}

function syntheticNonce(key: Buffer, text: Uint8Array, aad: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(aad));
  return createHmac('sha256', nonceKeyOf(key))
    .update(length)
    .update(aad)
    .update(text)
    .digest()
    .subarray(0, NONCE);
}

const nonceKeys = new WeakMap<Buffer, Buffer>();

function nonceKeyOf(key: Buffer): Buffer {
  const known = nonceKeys.get(key);
  if (known !== undefined) return known;
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'cerciora/seal/nonce', 32));
  nonceKeys.set(key, derived);
  return derived;
}
