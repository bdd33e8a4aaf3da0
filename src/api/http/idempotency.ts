/** `Idempotency-Key`: the same request twice is the same answer, also when the first one's process died. */
import { createHash, randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { IdempotencyStore, Lease, Reservation } from '../../store/idempotency';
import { ApiError } from '../problems';
import type { Caller } from './route';

export interface HttpReply {
  status: number;
  /** JSON. */
  body: string;
  headers: Record<string, string>;
  secret?: boolean;
}

const RENEW_MS = 3_000;

/** The key of a request, quoted (RFC 8941) or not; null where it carries none. */
export function readIdempotencyKey(request: Request): string | null {
  const header = request.get('idempotency-key');
  if (header === undefined) return null;
  const key = /^"([^"]*)"$/.exec(header)?.[1] ?? header;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    const message = 'Idempotency-Key must be 1 to 255 visible ASCII characters.';
    throw new ApiError('validation_failed', message, [{ path: 'Idempotency-Key', message }]);
  }
  return key;
}

/** What tells one caller's key on one route from all others. */
export function leaseFor(caller: Caller, request: Request, key: string): Lease {
  const who = caller.kind === 'none' ? '' : caller.kind === 'key' ? caller.key.id : caller.token.id;
  return { id: hash([who, request.method, request.path, key]), owner: randomUUID() };
}

/** What tells one body from another. */
export function fingerprintOf(query: unknown, body: unknown): string {
  return hash([canonical(query), canonical(body)]);
}

/**
 * Executes a request at most once per key. The lease is renewed while it runs, and let go of when it comes to no verdict
 * (5xx, 429), so that a repetition goes on with what was reserved.
 */
export async function once(
  store: IdempotencyStore,
  lease: Lease,
  fingerprint: string,
  execute: (reservation: Reservation) => Promise<HttpReply>,
): Promise<HttpReply> {
  const claim = await store.claim(lease, fingerprint);
  if (claim.kind === 'mismatch') {
    const message = 'This Idempotency-Key was used with another body.';
    throw new ApiError('idempotency_mismatch', message);
  }
  if (claim.kind === 'in_progress') {
    const message = 'The first request with this Idempotency-Key is still running.';
    throw new ApiError('idempotency_in_progress', message, [], { 'Retry-After': '1' });
  }
  if (claim.kind === 'done') {
    return { ...claim.reply, headers: { 'Idempotent-Replayed': 'true' } };
  }
  const renewal = setInterval(() => void store.renew(lease).catch(() => undefined), RENEW_MS);
  try {
    const reply = await execute(claim.reservation);
    await settle(store, lease, reply, claim.reservation);
    return reply;
  } finally {
    clearInterval(renewal);
  }
}

/** An answer that can't be kept is given all the same: its effect is there, and a repetition finds it by its ids. */
async function settle(
  store: IdempotencyStore,
  lease: Lease,
  reply: HttpReply,
  reservation: Reservation,
): Promise<void> {
  const isVerdict = reply.status < 500 && reply.status !== 429;
  const settled = isVerdict
    ? store.finish(lease, reply.secret === true ? alreadyCreated(reservation) : reply)
    : store.release(lease);
  await settled.catch(() => undefined);
}

/** What a repetition gets in place of a secret that was shown once. */
function alreadyCreated({ uuid }: Reservation): HttpReply {
  const error = {
    code: 'already_created',
    message: `This request created ${uuid}. Its secret was shown once and is not repeated.`,
    details: [{ path: 'uuid', message: uuid }],
  };
  return { status: 409, headers: {}, body: JSON.stringify({ success: false, error }) };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
