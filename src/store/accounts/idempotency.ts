/**
 * Stores requests with an `Idempotency-Key` for 24 h (draft-ietf-httpapi-idempotency-key-header-07). A record fixes the
 * uuid of the request's resource, so that a repetition after a crash completes the same work.
 */
import { randomUUID } from 'node:crypto';
import { Schema, type Connection, type Model } from 'mongoose';
import type { Keyring } from '../../platform/crypto/keyring';
import { open, seal } from '../../platform/crypto/seal';
import type { KeyedHashes } from '../../platform/crypto/secrets';
import { toBuffer } from '../binary';
import { isDuplicateKey } from '../connection';
import type { RunKeyStore } from '../runs/run-keys';

/** Uuid and time of a request. The uuid is identical on every retry. */
export interface Reservation {
  uuid: string;
  /** Start of the latest attempt with progress, in milliseconds since the epoch. */
  at: number;
  /** True if an earlier attempt ended without a stored response. */
  is_repeated?: boolean;
}

export interface StoredResponse {
  status: number;
  body: string;
  /** The run in the response, which is sealed under the run's key and erased with it. */
  run_uuid?: string | undefined;
}

export type Claim =
  | { kind: 'claimed'; reservation: Reservation }
  | { kind: 'done'; reply: StoredResponse; reservation: Reservation }
  /** The response was erased. */
  | { kind: 'erased'; reservation: Reservation }
  | { kind: 'mismatch' }
  | { kind: 'in_progress' };

interface RequestDocument {
  _id: string;
  account_uuid: string;
  fingerprint: string;
  reserved: Reservation;
  owner: string;
  lease_until: Date;
  reply: { status: number; sealed: Buffer; key_id?: string; run_uuid?: string } | null;
  expires_at: Date;
}

const LEASE_MS = 10_000;
const KEPT_MS = 24 * 60 * 60_000;

const requestSchema = new Schema<RequestDocument>(
  {
    _id: { type: String, required: true },
    account_uuid: { type: String, required: true },
    fingerprint: { type: String, required: true },
    reserved: { type: Schema.Types.Mixed, required: true },
    owner: { type: String, required: true },
    lease_until: { type: Date, required: true },
    reply: { type: Schema.Types.Mixed, default: null },
    expires_at: { type: Date, required: true },
  },
  { versionKey: false, collection: 'idempotency' },
);
requestSchema.index({ expires_at: 1 }, { expireAfterSeconds: 0 });

/** Lease of a running request on its key. A living process renews it; that of a dead one expires. */
export interface Lease {
  account_uuid: string;
  id: string;
  owner: string;
}

export class IdempotencyStore {
  private readonly model: Model<RequestDocument>;
  private readonly requests;

  constructor(
    connection: Connection,
    private readonly ring: Keyring,
    private readonly runKeys: Pick<RunKeyStore, 'find'>,
  ) {
    this.model = connection.model<RequestDocument>('Idempotency', requestSchema);
    this.requests = connection.collection<RequestDocument>('idempotency');
  }

  async createIndexes(): Promise<void> {
    await this.model.createIndexes();
  }

  /**
   * Claims a key, or returns the state of the request that has it. `fingerprints`: possible hashes of the body, newest
   * first.
   */
  async claim(lease: Lease, fingerprints: KeyedHashes, now = Date.now()): Promise<Claim> {
    const reservation = { uuid: randomUUID(), at: now };
    try {
      await this.requests.insertOne({
        _id: lease.id,
        account_uuid: lease.account_uuid,
        fingerprint: fingerprints[0],
        reserved: reservation,
        owner: lease.owner,
        lease_until: new Date(now + LEASE_MS),
        reply: null,
        expires_at: new Date(now + KEPT_MS),
      });
      return { kind: 'claimed', reservation };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return this.combine(lease, fingerprints, now);
    }
  }

  /** Renews a lease. Call at least every three seconds. */
  async renew({ id: _id, account_uuid, owner }: Lease, now = Date.now()): Promise<void> {
    await this.requests.updateOne(
      { _id, account_uuid, owner, reply: null },
      { $set: { lease_until: new Date(now + LEASE_MS) } },
    );
  }

  /** Stores the response for repetitions, sealed. */
  async finish(lease: Lease, given: StoredResponse): Promise<void> {
    const { id: _id, account_uuid, owner } = lease;
    const reply = await this.sealed(lease, given);
    await this.requests.updateOne({ _id, account_uuid, owner }, { $set: { reply } });
  }

  /** Releases a key without a response: a repetition continues at once with the same reservation. */
  async release({ id: _id, account_uuid, owner }: Lease): Promise<void> {
    await this.requests.updateOne(
      { _id, account_uuid, owner, reply: null },
      { $set: { lease_until: new Date(0) } },
    );
  }

  private async combine(lease: Lease, fingerprints: KeyedHashes, now: number): Promise<Claim> {
    const { id: _id, account_uuid } = lease;
    const found = await this.requests.findOne({ _id, account_uuid });
    if (found === null) return { kind: 'in_progress' };
    if (!fingerprints.includes(found.fingerprint)) return { kind: 'mismatch' };
    // The driver repeats an insert whose response was lost: then the existing record is our own.
    if (found.owner === lease.owner) return { kind: 'claimed', reservation: found.reserved };
    if (found.reply !== null) return this.replay(found.reply, lease, found.reserved);
    if (found.lease_until.getTime() > now) return { kind: 'in_progress' };
    const taken = await this.requests.updateOne(
      { _id, account_uuid, owner: found.owner, lease_until: found.lease_until, reply: null },
      {
        $set: {
          owner: lease.owner,
          lease_until: new Date(now + LEASE_MS),
          'reserved.at': now,
        },
      },
    );
    if (taken.modifiedCount === 0) return { kind: 'in_progress' };
    // A creation that succeeds hours after its first attempt must not be expired by then.
    return {
      kind: 'claimed',
      reservation: { uuid: found.reserved.uuid, at: now, is_repeated: true },
    };
  }

  /** Seals a response under the key of its run, else under the service's. */
  private async sealed(
    { id, account_uuid }: Lease,
    { status, body, run_uuid }: StoredResponse,
  ): Promise<RequestDocument['reply']> {
    if (run_uuid !== undefined) {
      const own = await this.runKeys.find({ account_uuid, uuid: run_uuid });
      // A response about an erased run is stored empty.
      const sealed = own === null ? Buffer.alloc(0) : seal(own, Buffer.from(body), aadOf(id));
      return { status, run_uuid, sealed };
    }
    const { current } = this.ring;
    return {
      status,
      key_id: current.id,
      sealed: seal(current.bytes, Buffer.from(body), aadOf(id)),
    };
  }

  private async keyOf(
    account_uuid: string,
    { key_id = '', run_uuid }: NonNullable<RequestDocument['reply']>,
  ): Promise<Buffer | null> {
    if (run_uuid !== undefined) return this.runKeys.find({ account_uuid, uuid: run_uuid });
    const key = this.ring.find(key_id);
    if (key === undefined) throw new Error(`ENCRYPTION_KEYS lacks the key ${key_id}`);
    return key.bytes;
  }

  private async replay(
    reply: NonNullable<RequestDocument['reply']>,
    { id, account_uuid }: Lease,
    reservation: Reservation,
  ): Promise<Claim> {
    const { status, sealed } = reply;
    const key = await this.keyOf(account_uuid, reply);
    if (key === null) return { kind: 'erased', reservation };
    const body = open(key, toBuffer(sealed), aadOf(id)).toString();
    return { kind: 'done', reply: { status, body }, reservation };
  }
}

function aadOf(id: string): string {
  return `idempotency/${id}`;
}
