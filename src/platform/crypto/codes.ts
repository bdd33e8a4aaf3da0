/**
 * Derives one-time codes. A code is never stored: it is derived from a server key when needed (HOTP, RFC 4226, with the
 * issue as counter), and compared by keyed digests.
 */
import { createHmac } from 'node:crypto';
import type { Keyring, NamedKey } from './keyring';

/** Identifies a code: a verification of a step, and its issue. */
export interface CodeIdentity {
  run_uuid: string;
  step_uuid: string;
  order: number;
  issue: number;
}

/** Computes an HOTP value (RFC 4226, 5.3): `digits` from 4 to 8, the counter as 8 bytes, big-endian. */
export function hotp(secret: Buffer, counter: number, digits: number): string {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const hash = createHmac('sha1', secret).update(moving).digest();
  const offset = (hash.at(-1) ?? 0) & 0x0f;
  const truncated = hash.readUInt32BE(offset) & 0x7fffffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}

/**
 * Derives a code.
 * @throws Error if the ring lacks the key: it was removed before its codes expired.
 */
export function deriveCode(
  ring: Keyring,
  keyId: string,
  place: CodeIdentity,
  length: number,
): string {
  const secret = derive(keyOf(ring, keyId), 'code', place);
  return hotp(secret, place.issue, length);
}

/** Issues a code under the newest key. Returns the key's id and the digest, never the code. */
export function issueCode(
  ring: Keyring,
  { length, ...place }: CodeIdentity & { length: number },
): { key_id: string; digest: string } {
  const { id } = ring.current;
  return { key_id: id, digest: digestCode(ring, id, place, deriveCode(ring, id, place, length)) };
}

/** Returns a code's digest for comparisons: bound to the verification, useless without the key. */
export function digestCode(
  ring: Keyring,
  keyId: string,
  place: Omit<CodeIdentity, 'issue'>,
  code: string,
): string {
  return createHmac('sha256', derive(keyOf(ring, keyId), 'digest', place))
    .update(code)
    .digest('base64url');
}

function derive(
  key: NamedKey,
  purpose: string,
  { run_uuid, step_uuid, order }: Omit<CodeIdentity, 'issue'>,
): Buffer {
  return createHmac('sha256', key.bytes)
    .update(`${purpose}/${run_uuid}/${step_uuid}/${order}`)
    .digest();
}

function keyOf(ring: Keyring, id: string): NamedKey {
  const key = ring.find(id);
  if (key === undefined) throw new Error(`CODE_KEYS lacks the key ${id}`);
  return key;
}
