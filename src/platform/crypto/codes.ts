/**
 * One-time codes. A code is nowhere at rest: it is derived from a server key wherever it is needed (HOTP, RFC 4226, the
 * issue being the counter), and compared by keyed digests.
 */
import { createHmac } from 'node:crypto';
import type { Keyring, NamedKey } from './keyring';

/** Which code: one verification of one step, and its issue. */
export interface CodeIdentity {
  run_uuid: string;
  step_uuid: string;
  order: number;
  issue: number;
}

/** An HOTP value (RFC 4226, 5.3): `digits` from 4 to 8, the counter as 8 bytes, big-endian. */
export function hotp(secret: Buffer, counter: number, digits: number): string {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const hash = createHmac('sha1', secret).update(moving).digest();
  const offset = (hash.at(-1) ?? 0) & 0x0f;
  const truncated = hash.readUInt32BE(offset) & 0x7fffffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}

/**
 * The code of a place.
 * @throws Error where the ring lacks the key: it was dropped while codes made with it were alive.
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

/** A new code under the newest key: the key's id and the digest. The code itself goes nowhere. */
export function issueCode(
  ring: Keyring,
  { length, ...place }: CodeIdentity & { length: number },
): { key_id: string; digest: string } {
  const { id } = ring.current;
  return { key_id: id, digest: digestCode(ring, id, place, deriveCode(ring, id, place, length)) };
}

/** What is compared instead of a code: bound to the verification, worthless without the key. */
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
