/**
 * Seals content too large for memory: AES-256-GCM in segments, following the STREAM construction (Hoang, Reyhanitabar,
 * Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015). Each file has a key
 * of its own (HKDF over a random salt), so that segment numbers are nonces. Segments can't be swapped, dropped or
 * truncated. Layout: version (1) · salt (32) · segments of ciphertext and tag (16), all but the last of the full
 * length.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 1;
const SALT = 32;
const HEADER = 1 + SALT;
const TAG = 16;
/** Content bytes in a segment. */
export const SEGMENT = 128 * 1024;

/** Seals content piece by piece. `place` binds it: decryption in another place fails. */
export async function* sealStream(
  key: Buffer,
  content: AsyncIterable<Buffer>,
  place: string,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(SALT);
  const own = keyOf(key, salt, place);
  yield Buffer.concat([Buffer.of(VERSION), salt]);
  let number = 0;
  for await (const { bytes, isLast } of segmentsOf(content, SEGMENT)) {
    const cipher = createCipheriv('aes-256-gcm', own, nonceOf(number, isLast));
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    number += 1;
  }
}

/** Decrypts the output of `sealStream`. @throws Error if key, place or bytes differ. */
export async function* openStream(
  key: Buffer,
  sealed: AsyncIterable<Buffer>,
  place: string,
): AsyncGenerator<Buffer> {
  let own: Buffer | undefined;
  let number = 0;
  for await (const { bytes, isLast } of segmentsOf(sealed, SEGMENT + TAG, HEADER)) {
    if (own === undefined) {
      if (bytes.length !== HEADER || bytes[0] !== VERSION) throw new Error('not a sealed stream');
      own = keyOf(key, bytes.subarray(1), place);
      continue;
    }
    const decipher = createDecipheriv('aes-256-gcm', own, nonceOf(number, isLast), {
      authTagLength: TAG,
    });
    if (bytes.length < TAG) throw new Error('not a sealed stream');
    decipher.setAuthTag(bytes.subarray(-TAG));
    yield Buffer.concat([decipher.update(bytes.subarray(0, -TAG)), decipher.final()]);
    number += 1;
  }
  // Even empty content has a last segment.
  if (number === 0) throw new Error('not a sealed stream');
}

/** Splits a stream into pieces of `size`, the first one of `first` if given. Even an empty stream has a last piece. */
async function* segmentsOf(stream: AsyncIterable<Buffer>, size: number, first = size) {
  let pending: Buffer[] = [];
  let length = 0;
  let wanted = first;
  for await (const chunk of stream) {
    pending.push(chunk);
    length += chunk.length;
    // Holds a full piece until it is known if it is the last.
    while (length > wanted) {
      const all = Buffer.concat(pending);
      yield { bytes: all.subarray(0, wanted), isLast: false };
      pending = [all.subarray(wanted)];
      length -= wanted;
      wanted = size;
    }
  }
  yield { bytes: Buffer.concat(pending), isLast: true };
}

function keyOf(key: Buffer, salt: Buffer, place: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, `cerciora/seal-stream/${place}`, 32));
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 7);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}
