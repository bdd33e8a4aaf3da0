/** Stores deliveries: every webhook with its result. Retained for 30 days. */
import { Schema, type Connection, type Model } from 'mongoose';
import type { Mode } from '../../domain/run/events';
import { toBuffer } from '../binary';
import { isDuplicateKey } from '../connection';
import type { AccountScope, RunRef } from '../account-scope';

export const DELIVERY_STATUSES = ['pending', 'retrying', 'delivered', 'parked'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export interface WebhookDelivery {
  /** Also the `webhook-id`; identical on every retry. */
  _id: string;
  /** Queue of the delivery: its run's uuid, or its own for a test event. */
  queue: string;
  account_uuid: string;
  mode: Mode;
  run_uuid: string | null;
  sequence: number;
  /** Number of the event up to which the payload is folded; null for a test event. */
  number: number | null;
  event: 'create' | 'update' | 'test';
  resource: 'workflow' | 'step';
  resource_uuid: string;
  url: string;
  status: DeliveryStatus;
  attempts: number;
  /** Failure of the last attempt as a stable code; null if it succeeded or there was none. */
  fault: string | null;
  status_code: number | null;
  latency_ms: number | null;
  /** First bytes of the response, sealed under the run's key, because a receiver may echo the request. */
  answer: Buffer | null;
  created_at: Date;
  /** Start of the 24 h, by the run's clock in milliseconds. */
  since: number;
  last_try_at: Date | null;
  next_try_at: Date | null;
  delivered_at: Date | null;
}

/** A queue with its account, as queries need it. */
export type QueueRef = Pick<WebhookDelivery, 'account_uuid' | 'queue'>;

/** Fields that an attempt changes. */
export type AttemptResult = Pick<
  WebhookDelivery,
  'status' | 'fault' | 'status_code' | 'latency_ms' | 'answer' | 'next_try_at' | 'delivered_at'
> & { last_try_at: Date };

export interface DeliveryFilter {
  run_uuid?: string | undefined;
  status?: DeliveryStatus | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
  /** True to leave out those without a callable address. */
  called?: boolean;
}

const KEPT_SECONDS = 30 * 24 * 60 * 60;
const OPEN = { $in: ['pending', 'retrying'] satisfies DeliveryStatus[] };

const schema = new Schema<WebhookDelivery>(
  {
    _id: { type: String, required: true },
    queue: { type: String, required: true },
    account_uuid: { type: String, required: true },
    mode: { type: String, required: true },
    run_uuid: { type: String, default: null },
    sequence: { type: Number, required: true },
    number: { type: Number, default: null },
    event: { type: String, required: true },
    resource: { type: String, required: true },
    resource_uuid: { type: String, required: true },
    url: { type: String, required: true },
    status: { type: String, required: true },
    attempts: { type: Number, required: true },
    fault: { type: String, default: null },
    status_code: { type: Number, default: null },
    latency_ms: { type: Number, default: null },
    answer: { type: Buffer, default: null },
    created_at: { type: Date, required: true },
    since: { type: Number, required: true },
    last_try_at: { type: Date, default: null },
    next_try_at: { type: Date, default: null },
    delivered_at: { type: Date, default: null },
  },
  { versionKey: false, collection: 'webhook_deliveries' },
);
schema.index({ account_uuid: 1, queue: 1, status: 1, sequence: 1 });
schema.index({ account_uuid: 1, mode: 1, created_at: -1, _id: -1 });
schema.index({ account_uuid: 1, mode: 1, run_uuid: 1, created_at: -1, _id: -1 });
schema.index({ account_uuid: 1, mode: 1, status: 1, created_at: -1, _id: -1 });
schema.index({ status: 1, since: 1 });
schema.index({ created_at: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export class WebhookDeliveryStore {
  private readonly model: Model<WebhookDelivery>;
  private readonly deliveries;

  constructor(connection: Connection) {
    this.model = connection.model<WebhookDelivery>('WebhookDelivery', schema);
    this.deliveries = connection.collection<WebhookDelivery>('webhook_deliveries');
  }

  async createIndexes(): Promise<void> {
    await this.model.createIndexes();
  }

  /** Adds deliveries; existing ones are unchanged. */
  async add(deliveries: readonly WebhookDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    try {
      await this.deliveries.insertMany([...deliveries]);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      await this.addMissing(deliveries);
    }
  }

  private async addMissing(deliveries: readonly WebhookDelivery[]): Promise<void> {
    await this.deliveries.bulkWrite(
      deliveries.map(({ _id, account_uuid, queue, ...rest }) => ({
        updateOne: {
          filter: { _id, account_uuid, queue },
          update: { $setOnInsert: rest },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  /** Lists the open deliveries of a queue, in order. */
  async open({ account_uuid, queue }: QueueRef, limit: number): Promise<WebhookDelivery[]> {
    return this.deliveries
      .find({ account_uuid, queue, status: OPEN })
      .sort({ sequence: 1 })
      .limit(limit)
      .toArray();
  }

  /** Returns the time of the last successful delivery of a queue. */
  async lastDelivered({ account_uuid, queue }: QueueRef): Promise<Date | null> {
    const found = await this.deliveries.findOne(
      { account_uuid, queue, status: 'delivered' },
      { projection: { delivered_at: 1 }, sort: { delivered_at: -1 } },
    );
    return found?.delivered_at ?? null;
  }

  /** Replaces the address of a run's deliveries. */
  async changeUrl({ account_uuid, uuid: queue }: RunRef, url: string): Promise<void> {
    await this.deliveries.updateMany({ account_uuid, queue }, { $set: { url } });
  }

  /** Stores the result of an attempt. */
  async recordAttempt(
    { _id, account_uuid, queue }: QueueRef & Pick<WebhookDelivery, '_id'>,
    tried: AttemptResult,
  ): Promise<void> {
    const filter = { _id, account_uuid, queue };
    await this.deliveries.updateOne(filter, { $set: tried, $inc: { attempts: 1 } });
  }

  /** Parks all open deliveries of a queue without an attempt. */
  async parkOpen({ account_uuid, queue }: QueueRef, fault: string): Promise<void> {
    await this.deliveries.updateMany(
      { account_uuid, queue, status: OPEN },
      { $set: { status: 'parked', fault, next_try_at: null } },
    );
  }

  /** Makes the open deliveries of a queue older by `ms`. */
  async countOlderThan({ account_uuid, queue }: QueueRef, ms: number): Promise<void> {
    const filter = { account_uuid, queue, status: OPEN };
    await this.deliveries.updateMany(filter, { $inc: { since: -ms } });
  }

  /** Parks deliveries of all accounts that have been open since before `since`. */
  async parkStale(since: number, fault: string): Promise<void> {
    await this.deliveries.updateMany(
      { status: OPEN, since: { $lt: since } },
      { $set: { status: 'parked', fault, next_try_at: null } },
    );
  }

  async find({ account_uuid, mode }: AccountScope, uuid: string): Promise<WebhookDelivery | null> {
    const found = await this.deliveries.findOne({ _id: uuid, account_uuid, mode });
    return found === null ? null : decoded(found);
  }

  /** Lists deliveries, newest first. */
  async list(
    tenant: AccountScope,
    filter: DeliveryFilter,
    { skip, limit }: { skip: number; limit: number },
  ): Promise<WebhookDelivery[]> {
    const found = await this.deliveries
      .find(queryOf(tenant, filter))
      .sort({ created_at: -1, _id: -1 })
      .skip(skip)
      .limit(limit)
      .toArray();
    return found.map(decoded);
  }

  /** Returns the oldest matching deliveries, to be sent again. */
  async oldest(
    tenant: AccountScope,
    filter: DeliveryFilter,
    limit: number,
  ): Promise<WebhookDelivery[]> {
    return this.deliveries
      .find(queryOf(tenant, filter))
      .sort({ created_at: 1, _id: 1 })
      .limit(limit)
      .toArray();
  }

  /** Reopens an account's deliveries; their 24 h start again, at a time of their run's clock. */
  async reopen(account_uuid: string, uuids: readonly string[], since: number): Promise<void> {
    await this.deliveries.updateMany(
      { _id: { $in: [...uuids] }, account_uuid },
      { $set: { status: 'pending', since, next_try_at: null } },
    );
  }
}

function queryOf(
  { account_uuid, mode }: AccountScope,
  filter: DeliveryFilter,
): Record<string, unknown> {
  const { created_after: after, created_before: before, called = false, ...equal } = filter;
  const given = Object.entries(equal).filter(([, value]) => value !== undefined);
  const period = {
    ...(after === undefined ? {} : { $gt: after }),
    ...(before === undefined ? {} : { $lt: before }),
  };
  return {
    ...{ account_uuid, mode },
    ...Object.fromEntries(given),
    ...(called ? { fault: { $ne: 'not_called' } } : {}),
    ...(Object.keys(period).length === 0 ? {} : { created_at: period }),
  };
}

function decoded(delivery: WebhookDelivery): WebhookDelivery {
  const { answer } = delivery;
  return answer === null ? delivery : { ...delivery, answer: toBuffer(answer) };
}
