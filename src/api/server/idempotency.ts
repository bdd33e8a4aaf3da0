/** Implements `Idempotency-Key`: a repeated request gets the same response, even if the first one's process died. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request } from 'express';
import { keyedHashes, type KeyedHashes } from '../../platform/crypto/secrets';
import type { Claim, Lease, Reservation, StoredResponse } from '../../store/accounts/idempotency';
import { erasedError, invalidField } from '../../application/domain-error';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';
import type { ParsedContext, RequestCaller } from './request-context';
import type { Route } from './route';
import { isFields } from '../../domain/run/is-fields';

export interface HttpReply extends StoredResponse {
  headers: Record<string, string>;
  /** Response to store instead, for a reply that shows a secret. */
  repeated?: StoredResponse;
  /** True if the run returns the same response for the same reservation. */
  is_recalled?: boolean;
}

type ReplyPorts = Pick<ApiDependencies, 'idempotency' | 'logger'>;

const RENEW_MS = 3_000;
/** Maximum time a response waits for being stored, in milliseconds. */
const STORE_MS = 1_000;
/** Time a repetition waits for a response that another process is about to store, in milliseconds. */
const ABOUT_MS = 60;

/** Responses that were sent and are being stored, by key. */
const storing = new Map<string, Promise<void>>();

/** Resolves when every sent response is stored, or failed to be. */
export async function storesResponse(): Promise<void> {
  await Promise.all(storing.values());
}

/** Returns the key of a request, quoted (RFC 8941) or not; null if there is none. */
export function readIdempotencyKey(request: Request): string | null {
  const header = request.get('idempotency-key');
  if (header === undefined) return null;
  const key = /^"([^"]*)"$/.exec(header)?.[1] ?? header;
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    throw invalidField('Idempotency-Key', 'must be 1 to 255 printable ASCII characters');
  }
  return key;
}

/** Identity of a request for its repetitions. */
interface RequestIdentity {
  lease: Lease;
  /** Keyed hashes (HMAC) of the body under each key of the ring, newest first. */
  fingerprints: KeyedHashes;
}

/**
 * Identifies a request by caller, route, parameters and key, and its body by `fingerprint`, if the route has its own.
 */
export function identifyRequest(
  { method, path }: Route,
  context: ParsedContext<unknown, unknown, unknown, RequestCaller>,
  { key, fingerprint }: { key: string; fingerprint?: unknown },
): RequestIdentity {
  const { caller, params, query, body, deps } = context;
  const who = caller.kind === 'none' ? '' : caller.kind === 'key' ? caller.key.id : caller.token.id;
  const content = `${canonical(query)}\0${canonical(fingerprint ?? body)}`;
  const id = hash([who, method, path, canonical(params), key]);
  const account_uuid = caller.kind === 'none' ? '' : caller.tenant.account_uuid;
  return {
    lease: { account_uuid, id, owner: randomUUID() },
    fingerprints: keyedHashes(deps.config.HASH_KEYS, 'idempotency', content),
  };
}

/** A request in execution: its reservation, and where its response is stored. */
export interface ClaimedRequest {
  kind: 'claimed';
  reservation: Reservation;
  /** Stores the response for repetitions. Resolves when it may be sent. */
  store(reply: HttpReply): Promise<void>;
}

/** An earlier request with the same key has a stored response. */
interface Replay {
  kind: 'replay';
  reply: HttpReply;
}

/**
 * Claims the key of a request, so that it is executed at most once. Renews the lease until the response is stored.
 * Releases it after a response without a decision (5xx, 429), so that a repetition continues with the same reservation.
 * @throws ApiError `idempotency_mismatch`, `idempotency_in_progress`; DomainError `already_created`.
 */
export async function claimRequest(
  deps: ReplyPorts,
  { lease, fingerprints }: RequestIdentity,
): Promise<ClaimedRequest | Replay> {
  const claim = await claimFor(deps, lease, fingerprints);
  if (claim.kind === 'mismatch') {
    const message = 'This Idempotency-Key was used with another body.';
    throw new ApiError('idempotency_mismatch', message);
  }
  if (claim.kind === 'in_progress') {
    const message = 'The first request with this Idempotency-Key is still in progress.';
    throw new ApiError('idempotency_in_progress', message, [], { 'Retry-After': '1' });
  }
  if (claim.kind === 'erased') throw erasedError(claim.reservation.uuid);
  if (claim.kind === 'done') {
    const headers = { 'Idempotent-Replayed': 'true' };
    return { kind: 'replay', reply: { ...claim.reply, headers } };
  }
  const renewal = setInterval(
    () => void deps.idempotency.renew(lease).catch(() => undefined),
    RENEW_MS,
  );
  return {
    kind: 'claimed',
    reservation: claim.reservation,
    async store(reply) {
      clearInterval(renewal);
      const stored = storeReply(deps, lease, reply).finally(() => storing.delete(lease.id));
      storing.set(lease.id, stored);
      if (reply.is_recalled === true) return;
      await Promise.race([stored, sleep(STORE_MS, undefined, { ref: false })]);
    },
  };
}

/** Waits for a response that was just sent, so that a repetition is not refused as in progress. */
async function claimFor(
  { idempotency }: Pick<ApiDependencies, 'idempotency'>,
  lease: Lease,
  fingerprints: KeyedHashes,
): Promise<Claim> {
  await storing.get(lease.id);
  const claim = await idempotency.claim(lease, fingerprints);
  if (claim.kind !== 'in_progress') return claim;
  await sleep(ABOUT_MS);
  return idempotency.claim(lease, fingerprints);
}

/**
 * Stores a response for repetitions. If that fails, the response is sent anyway: the effect exists, and a repetition
 * finds it by its ids. The wait is limited if MongoDB does not respond, since callers are promised a response within 5
 * s. A response that the run can repeat is not waited for: if this process dies before storing it, a repetition asks
 * the run again.
 */
async function storeReply({ idempotency, logger }: ReplyPorts, lease: Lease, reply: HttpReply) {
  // Sends the response first.
  if (reply.is_recalled === true) await new Promise(setImmediate);
  const isVerdict = reply.status < 500 && reply.status !== 429;
  try {
    if (isVerdict) await idempotency.finish(lease, reply.repeated ?? reply);
    else await idempotency.release(lease);
  } catch (error) {
    logger.warn({ err: error }, 'the response to an Idempotency-Key could not be stored');
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    isFields(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
