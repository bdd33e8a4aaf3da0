/**
 * Stores the queues of due deliveries: one small document for each run with open deliveries, removed with the last of
 * them. A process needs the lease of a queue to work on it, so that a run's webhooks are sent one after another, in
 * order, and another process takes over from a dead one.
 */
import { Schema, type Connection, type Model } from 'mongoose';
import type { Mode } from '../../domain/run/events';
import type { RunRef } from '../account-scope';
import type { QueueRef } from './webhook-deliveries';

export interface WebhookQueue {
  /** Uuid of the run, or of the test event. */
  _id: string;
  account_uuid: string;
  mode: Mode;
  /** Null for a test event. */
  run_uuid: string | null;
  /** Account and origin of the address: receivers fail by origin. */
  endpoint: string;
  url: string;
  /** Time of the next attempt, or the end of the current lease. */
  due_at: Date;
  owner: string | null;
  /** Counts additions: a queue is only removed by a process that has seen all of them. */
  version: number;
  /** Consecutive failed attempts. */
  failures: number;
  /** Time of the first delivery's next attempt, by the run's clock in milliseconds; null: immediately. */
  next_try: number | null;
}

export type QueueStart = Pick<
  WebhookQueue,
  '_id' | 'account_uuid' | 'mode' | 'run_uuid' | 'endpoint' | 'url'
>;

interface QueueClaim {
  account_uuid: string;
  now: Date;
  /** Duration of the lease, in milliseconds. */
  leaseMs: number;
  /** Keys of receivers that must not be called now. */
  except: readonly string[];
}

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
schema.index({ account_uuid: 1, due_at: 1, endpoint: 1 });
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

  /** Ensures that runs with new deliveries have a queue. Does not change a queue that waits for its next attempt. */
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

  /** Replaces the address of a run's queue by another one of the same origin. */
  async changeUrl({ account_uuid, uuid: _id }: RunRef, url: string): Promise<void> {
    await this.queues.updateOne({ _id, account_uuid }, { $set: { url } });
  }

  /** Makes those of an account's queues due now that have no lease. */
  async retryNow(account_uuid: string, uuids: readonly string[], now: Date): Promise<void> {
    if (uuids.length === 0) return;
    await this.queues.updateMany(
      { _id: { $in: [...uuids] }, account_uuid, owner: null },
      { $set: { due_at: now, failures: 0, next_try: null } },
    );
  }

  /** Makes all queues of a receiver due now, since it responds again. */
  async retryEndpointNow(
    { endpoint, account_uuid }: Pick<WebhookQueue, 'endpoint' | 'account_uuid'>,
    now: Date,
  ): Promise<void> {
    await this.queues.updateMany(
      { endpoint, account_uuid, owner: null, due_at: { $gt: now } },
      { $set: { due_at: now, next_try: null } },
    );
  }

  /** Moves the next attempt of a run whose clock is ahead. Returns false if the queue has a lease. */
  async moveClock({ account_uuid, queue: _id }: QueueRef, offset: number): Promise<boolean> {
    const queue = await this.queues.findOne({ _id, account_uuid });
    if (queue === null || queue.next_try === null) return true;
    const moved = await this.queues.updateOne(
      { _id, account_uuid, owner: null },
      { $set: { due_at: new Date(queue.next_try - offset) } },
    );
    return moved.matchedCount === 1;
  }

  /** Moves the next attempt forward; `none` if none is waiting, `held` if the queue has a lease. */
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

  /** Returns the accounts with due queues. The lower bound lets MongoDB skip from account to account in the index. */
  async dueAccounts(now: Date): Promise<string[]> {
    return this.queues.distinct('account_uuid', {
      account_uuid: { $gt: '' },
      due_at: { $lte: now },
    });
  }

  /** Claims the queue of an account that has been due longest, except those of some receivers. */
  async claim(
    owner: string,
    { account_uuid, now, leaseMs, except }: QueueClaim,
  ): Promise<WebhookQueue | null> {
    return this.queues.findOneAndUpdate(
      {
        account_uuid,
        due_at: { $lte: now },
        ...(except.length === 0 ? {} : { endpoint: { $nin: [...except] } }),
      },
      { $set: { owner, due_at: new Date(now.getTime() + leaseMs) } },
      { sort: { due_at: 1 }, returnDocument: 'after' },
    );
  }

  /** Renews a lease. Returns false if it was lost. */
  async renewLease({ _id, account_uuid, owner }: WebhookQueue, due_at: Date): Promise<boolean> {
    const filter = { _id, account_uuid, owner };
    const { matchedCount } = await this.queues.updateOne(filter, { $set: { due_at } });
    return matchedCount === 1;
  }

  /** Releases a queue until a later time. */
  async release(
    { _id, account_uuid, owner }: WebhookQueue,
    later: Pick<WebhookQueue, 'due_at' | 'failures' | 'next_try'>,
  ): Promise<void> {
    const filter = { _id, account_uuid, owner };
    await this.queues.updateOne(filter, { $set: { ...later, owner: null } });
  }

  /** Removes a queue without open deliveries; if some were added meanwhile, makes it due immediately. */
  async finish(queue: WebhookQueue, now: Date): Promise<void> {
    const { _id, account_uuid, owner, version } = queue;
    const filter = { _id, account_uuid, owner, version };
    const { deletedCount } = await this.queues.deleteOne(filter);
    if (deletedCount === 0) await this.release(queue, { due_at: now, failures: 0, next_try: null });
  }

  /** Estimates the number of queues of all accounts. */
  async count(): Promise<number> {
    return this.queues.estimatedDocumentCount();
  }
}

/** Returns the reference of a queue for queries on its deliveries. */
export function queueRefOf({ _id, account_uuid }: { _id: string; account_uuid: string }): QueueRef {
  return { account_uuid, queue: _id };
}

/** Returns the run of a queue; null for a test event. */
export function runRefOf({ account_uuid, run_uuid }: WebhookQueue): RunRef | null {
  return run_uuid === null ? null : { account_uuid, uuid: run_uuid };
}

/**
 * Returns the key of a receiver: account, mode and origin. An origin fails as a whole, but for each account separately.
 */
export function endpointKey(accountUuid: string, mode: Mode, url: string): string {
  return `${accountUuid}/${mode}/${new URL(url).origin}`;
}
