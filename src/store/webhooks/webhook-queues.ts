/**
 * Which deliveries are due: one small document for each run that has any open, gone with the last of them. Whoever works
 * at a run holds its queue by a lease, so that a run's webhooks go out one after another, in order, and another process
 * takes over from one that died.
 */
import { Schema, type Connection, type Model } from 'mongoose';
import type { Mode } from '../../domain/run/events';
import type { RunRef } from '../account-scope';
import type { QueueRef } from './webhook-deliveries';

export interface WebhookQueue {
  /** The run's uuid; of a test event, its own. */
  _id: string;
  account_uuid: string;
  mode: Mode;
  /** Null for a test event. */
  run_uuid: string | null;
  /** Account and origin of the address: receivers fail as a whole. */
  endpoint: string;
  url: string;
  /** When it is to be worked at: the next try, or where it is held the end of the lease. */
  due_at: Date;
  owner: string | null;
  /** Counts what was added: a queue is only removed by who has seen all of it. */
  version: number;
  /** Tries in a row that failed. */
  failures: number;
  /** When the first one is tried again, by the run's clock in milliseconds; null: at once. */
  next_try: number | null;
}

export type QueueStart = Pick<
  WebhookQueue,
  '_id' | 'account_uuid' | 'mode' | 'run_uuid' | 'endpoint' | 'url'
>;

const schema = new Schema<WebhookQueue>(
  {
    _id: { type: String, required: true },
    account_uuid: { type: String, required: true },
    mode: { type: String, required: true },
    run_uuid: { type: String, default: null },
    endpoint: { type: String, required: true },
    url: { type: String, required: true },
    due_at: { type: Date, required: true },
    owner: { type: String, default: null },
    version: { type: Number, required: true },
    failures: { type: Number, required: true },
    next_try: { type: Number, default: null },
  },
  { versionKey: false, collection: 'webhook_queues' },
);
schema.index({ due_at: 1, endpoint: 1 });
schema.index({ endpoint: 1, due_at: 1 });

export class WebhookQueueStore {
  private readonly model: Model<WebhookQueue>;
  private readonly queues;

  constructor(connection: Connection) {
    this.model = connection.model<WebhookQueue>('WebhookQueue', schema);
    this.queues = connection.collection<WebhookQueue>('webhook_queues');
  }

  async createIndexes(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Makes sure that runs which got new deliveries have a queue. One that waits for its next try goes on waiting. */
  async add(starts: readonly QueueStart[], due_at: Date): Promise<void> {
    if (starts.length === 0) return;
    await this.queues.bulkWrite(
      starts.map(({ _id, account_uuid, ...start }) => ({
        updateOne: {
          filter: { _id, account_uuid },
          update: {
            $inc: { version: 1 },
            $setOnInsert: { ...start, due_at, owner: null, failures: 0, next_try: null },
          },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  /** Has those of an account's queues worked at now that nobody holds. */
  async retryNow(account_uuid: string, uuids: readonly string[], now: Date): Promise<void> {
    if (uuids.length === 0) return;
    await this.queues.updateMany(
      { _id: { $in: [...uuids] }, account_uuid, owner: null },
      { $set: { due_at: now, failures: 0, next_try: null } },
    );
  }

  /** Has all that waits for a receiver tried again, as it answers once more. */
  async retryEndpointNow(
    { endpoint, account_uuid }: Pick<WebhookQueue, 'endpoint' | 'account_uuid'>,
    now: Date,
  ): Promise<void> {
    await this.queues.updateMany(
      { endpoint, account_uuid, owner: null, due_at: { $gt: now } },
      { $set: { due_at: now, next_try: null } },
    );
  }

  /** Moves the next try of a run whose clock is ahead of ours. False where somebody works at it. */
  async moveClock({ account_uuid, queue: _id }: QueueRef, offset: number): Promise<boolean> {
    const queue = await this.queues.findOne({ _id, account_uuid });
    if (queue === null || queue.next_try === null) return true;
    const moved = await this.queues.updateOne(
      { _id, account_uuid, owner: null },
      { $set: { due_at: new Date(queue.next_try - offset) } },
    );
    return moved.matchedCount === 1;
  }

  /** Brings the next try nearer; `none` where none waits, `held` where somebody works at it. */
  async advance(
    { account_uuid, queue: _id }: QueueRef,
    ms: number,
  ): Promise<'moved' | 'held' | 'none'> {
    const queue = await this.queues.findOne({ _id, account_uuid });
    if (queue === null) return 'none';
    const { owner, due_at, next_try, version } = queue;
    if (owner !== null || next_try === null) return 'held';
    const moved = await this.queues.updateOne(
      { _id, account_uuid, owner: null, next_try, version },
      { $set: { due_at: new Date(due_at.getTime() - ms), next_try: next_try - ms } },
    );
    return moved.matchedCount === 1 ? 'moved' : 'held';
  }

  /** Claims the queue of any account that has been due the longest, except those of some receivers. */
  async claim(
    owner: string,
    { now, leaseMs, except }: { now: Date; leaseMs: number; except: readonly string[] },
  ): Promise<WebhookQueue | null> {
    return this.queues.findOneAndUpdate(
      {
        due_at: { $lte: now },
        ...(except.length === 0 ? {} : { endpoint: { $nin: [...except] } }),
      },
      { $set: { owner, due_at: new Date(now.getTime() + leaseMs) } },
      { sort: { due_at: 1 }, returnDocument: 'after' },
    );
  }

  /** Prolongs a lease. False where it was lost. */
  async renewLease({ _id, account_uuid, owner }: WebhookQueue, due_at: Date): Promise<boolean> {
    const filter = { _id, account_uuid, owner };
    const { matchedCount } = await this.queues.updateOne(filter, { $set: { due_at } });
    return matchedCount === 1;
  }

  /** Lets go of a queue that is to be worked at later. */
  async release(
    { _id, account_uuid, owner }: WebhookQueue,
    later: Pick<WebhookQueue, 'due_at' | 'failures' | 'next_try'>,
  ): Promise<void> {
    const filter = { _id, account_uuid, owner };
    await this.queues.updateOne(filter, { $set: { ...later, owner: null } });
  }

  /** Removes a queue in which nothing is open; where something came meanwhile it is due at once instead. */
  async finish(queue: WebhookQueue, now: Date): Promise<void> {
    const { _id, account_uuid, owner, version } = queue;
    const filter = { _id, account_uuid, owner, version };
    const { deletedCount } = await this.queues.deleteOne(filter);
    if (deletedCount === 0) await this.release(queue, { due_at: now, failures: 0, next_try: null });
  }

  /** Estimates how many queues there are, of all accounts. */
  async count(): Promise<number> {
    return this.queues.estimatedDocumentCount();
  }
}

/** Returns a queue as queries on its deliveries need it. */
export function queueRefOf({ _id, account_uuid }: { _id: string; account_uuid: string }): QueueRef {
  return { account_uuid, queue: _id };
}

/** Returns the run of a queue, null for a test event. */
export function runRefOf({ account_uuid, run_uuid }: WebhookQueue): RunRef | null {
  return run_uuid === null ? null : { account_uuid, uuid: run_uuid };
}

/** Who answers there: an origin fails as a whole, and one account's troubles are no other's. */
export function endpointKey(accountUuid: string, mode: Mode, url: string): string {
  return `${accountUuid}/${mode}/${new URL(url).origin}`;
}
