/** `Idempotency-Key`: the same request twice is the same answer, also when the first one's process died. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from 'express';
import type { Keyring } from '../../crypto/keyring';
import { keyedHashes, type Hashes } from '../../crypto/secrets';
import type { Claim, Lease, Reservation, StoredReply } from '../../store/accounts/idempotency';
import type { ApiDependencies } from '../dependencies';
import { ApiError, erasedSince } from '../problems';
import type { Caller, Route } from './route';

export interface HttpReply extends StoredReply {
  headers: Record<string, string>;
  /** What repetitions get instead, where the reply shows a secret. */
  repeated?: StoredReply;
  /** The run gives it again, to whoever asks with the same reservation. */
  is_recalled?: boolean;
}

type Keeping = Pick<ApiDependencies, 'idempotency' | 'logger'>;

const RENEW_MS = 3_000;
/** How long an answer waits for being kept, in milliseconds. */
const SETTLE_MS = 1_000;
/** How long a repetition waits for an answer that another process is about to keep. */
const ABOUT_MS = 60;

/** Answers that were told and are being kept, by their keys. */
const settling = new Map<string, Promise<void>>();

/** Resolves when every answer that was told is kept, or can't be. */
export async function answersKept(): Promise<void> {
  await Promise.all(settling.values());
}

/** The key of a request, quoted (RFC 8941) or not; null where it carries none. */
export function readIdempotencyKey(request: Request): string | null {
  const header = request.get('idempotency-key');
  if (header === undefined) return null;
  const key = /^"([^"]*)"$/.exec(header)?.[1] ?? header;
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    const message = 'Idempotency-Key must be 1 to 255 printable ASCII characters.';
    throw new ApiError('validation_failed', message, [{ path: 'Idempotency-Key', message }]);
  }
  return key;
}

/** What tells one caller's key on one route, with these parameters, from all others. */
export function leaseFor(caller: Caller, route: Route, params: unknown, key: string): Lease {
  const who = caller.kind === 'none' ? '' : caller.kind === 'key' ? caller.key.id : caller.token.id;
  const id = hash([who, route.method, route.path, canonical(params), key]);
  const account_uuid = caller.kind === 'none' ? '' : caller.tenant.account_uuid;
  return { account_uuid, id, owner: randomUUID() };
}

/**
 * What tells one body from another, by each key of the ring, newest first; keyed, so that what was typed can't be
 * guessed from it.
 */
export function fingerprintsOf(ring: Keyring, query: unknown, body: unknown): Hashes {
  return keyedHashes(ring, 'idempotency', `${canonical(query)}\0${canonical(body)}`);
}

/**
 * Executes a request at most once per key. The lease is renewed while it runs, and let go of when it comes to no verdict
 * (5xx, 429), so that a repetition goes on with what was reserved.
 */
export async function once(
  deps: Keeping,
  lease: Lease,
  fingerprints: Hashes,
  execute: (reservation: Reservation) => Promise<HttpReply>,
): Promise<HttpReply> {
  const claim = await claimFor(deps, lease, fingerprints);
  if (claim.kind === 'mismatch') {
    const message = 'This Idempotency-Key was used with another body.';
    throw new ApiError('idempotency_mismatch', message);
  }
  if (claim.kind === 'in_progress') {
    const message = 'The first request with this Idempotency-Key is still running.';
    throw new ApiError('idempotency_in_progress', message, [], { 'Retry-After': '1' });
  }
  if (claim.kind === 'erased') throw erasedSince(claim.reservation.uuid);
  if (claim.kind === 'done') {
    return { ...claim.reply, headers: { 'Idempotent-Replayed': 'true' } };
  }
  const renewal = setInterval(
    () => void deps.idempotency.renew(lease).catch(() => undefined),
    RENEW_MS,
  );
  try {
    const reply = await execute(claim.reservation);
    const settled = settle(deps, lease, reply);
    if (reply.is_recalled !== true) {
      await Promise.race([settled, sleep(SETTLE_MS, undefined, { ref: false })]);
    }
    return reply;
  } finally {
    clearInterval(renewal);
  }
}

/** An answer that was just told is waited for: its repetition is no other request under way. */
async function claimFor(
  { idempotency }: Pick<ApiDependencies, 'idempotency'>,
  lease: Lease,
  fingerprints: Hashes,
): Promise<Claim> {
  await settling.get(lease.id);
  const claim = await idempotency.claim(lease, fingerprints);
  if (claim.kind !== 'in_progress') return claim;
  await sleep(ABOUT_MS);
  return idempotency.claim(lease, fingerprints);
}

/** Begins to keep an answer; resolves when it is kept, or can't be. */
function settle(deps: Keeping, lease: Lease, reply: HttpReply): Promise<void> {
  const settled = keep(deps, lease, reply).finally(() => settling.delete(lease.id));
  settling.set(lease.id, settled);
  return settled;
}

/**
 * Keeps an answer for repetitions. One that can't be kept is given all the same: its effect is there, and a repetition
 * finds it by its ids. Nor is it held back for long where the database doesn't answer: callers are promised an answer
 * within 5 s. One that the run recalls isn't held back at all: where this process dies before it is kept, a repetition
 * asks the run again.
 */
async function keep({ idempotency, logger }: Keeping, lease: Lease, reply: HttpReply) {
  // It is told first.
  if (reply.is_recalled === true) await new Promise(setImmediate);
  const isVerdict = reply.status < 500 && reply.status !== 429;
  try {
    if (isVerdict) await idempotency.finish(lease, reply.repeated ?? reply);
    else await idempotency.release(lease);
  } catch (error) {
    logger.warn({ err: error }, 'the answer to an Idempotency-Key could not be kept');
  }
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
