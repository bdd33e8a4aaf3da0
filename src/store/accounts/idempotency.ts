/**
 * Requests that carried an `Idempotency-Key`, kept for 24 h (draft-ietf-httpapi-idempotency-key-header-07). A record
 * pins the uuid that the request works with, so that a repetition after a crash finishes the same thing.
 */
import { randomUUID } from 'node:crypto';
import { Schema, type Connection, type Model } from 'mongoose';
import type { Keyring } from '../../platform/crypto/keyring';
import { open, seal } from '../../platform/crypto/seal';
import type { KeyedHashes } from '../../platform/crypto/secrets';
import { toBuffer } from '../binary';
import { isDuplicateKey } from '../connection';
import type { RunKeyStore } from '../runs/run-keys';

/** What a request works with. The uuid is the same at each repetition. */
export interface Reservation {
  uuid: string;
  /** When the try that got furthest began, in milliseconds since the epoch. */
  at: number;
  /** Whether an earlier try came to no verdict that its process could keep. */
  is_repeated?: boolean;
}

export interface StoredResponse {
  status: number;
  body: string;
  /** The run that it tells of: it is sealed under that one's key, and goes with it. */
  run_uuid?: string | undefined;
}

export type Claim =
  | { kind: 'claimed'; reservation: Reservation }
  | { kind: 'done'; reply: StoredResponse; reservation: Reservation }
  /** What it told was erased. */
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

/** A running request's hold on its key: renewed by a living process, so that a dead one doesn't lock it. */
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
   * Takes a key, or tells what became of the request that has it. `fingerprints` is what the body may have been stored
   * as, newest first.
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

  /** Prolongs a lease; every three seconds is enough. */
  async renew({ id: _id, account_uuid, owner }: Lease, now = Date.now()): Promise<void> {
    await this.requests.updateOne(
      { _id, account_uuid, owner, reply: null },
      { $set: { lease_until: new Date(now + LEASE_MS) } },
    );
  }

  /** Keeps the reply for repetitions, sealed. */
  async finish(lease: Lease, given: StoredResponse): Promise<void> {
    const { id: _id, account_uuid, owner } = lease;
    const reply = await this.sealed(lease, given);
    await this.requests.updateOne({ _id, account_uuid, owner }, { $set: { reply } });
  }

  /** Lets go of a key whose request came to no verdict: a repetition goes on at once, with what was reserved. */
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
    // The driver repeats an insert whose answer was lost: then the record that is in the way is our own.
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
    // A creation that comes to be hours after it was first tried must not be expired by then.
    return {
      kind: 'claimed',
      reservation: { uuid: found.reserved.uuid, at: now, is_repeated: true },
    };
  }

  /** Under the key of its run, else under the service's. */
  private async sealed(
    { id, account_uuid }: Lease,
    { status, body, run_uuid }: StoredResponse,
  ): Promise<RequestDocument['reply']> {
    if (run_uuid !== undefined) {
      const own = await this.runKeys.find({ account_uuid, uuid: run_uuid });
      // What was erased before it was kept is erased in its repetitions too.
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
