/** Counts the usage of accounts from existing documents; needs no writes. */
import type { Connection } from 'mongoose';
import type { Receipt, SendResult } from '../../domain/otp/messages';
import type { Channel } from '../../domain/otp/policy';
import type { AccountScope } from '../account-scope';
import type { Cost } from '../messaging/sends';

/** A period: from a time (inclusive) to another (exclusive). */
export interface Period {
  from: Date;
  to: Date;
}

/** Usage of one connector by one channel in a month. */
export interface UsageLine {
  /** Month as `2026-11`, UTC. */
  month: string;
  connector_uuid: string | null;
  channel: Channel;
  /** Sends that the provider was called for. */
  claimed: number;
  sent: number;
  failed: number;
  unknown: number;
  /** Delivered sends, by receipts. */
  delivered: number;
  undelivered: number;
  cost: Cost[];
}

export interface ReceiptCount {
  connector_uuid: string;
  messages: number;
  told: number;
}

export class UsageStore {
  constructor(private readonly connection: Connection) {}

  /** Counts created runs by month as `2026-11` (UTC). */
  async runs(
    { account_uuid, mode }: AccountScope,
    { from, to }: Period,
  ): Promise<Map<string, number>> {
    const found = await this.connection
      .collection('runs')
      .aggregate<{ _id: string; count: number }>([
        { $match: { account_uuid, mode, created_at: { $gte: from, $lt: to } } },
        {
          $group: {
            _id: { $dateToString: { format: '%Y-%m', date: '$created_at' } },
            count: { $sum: 1 },
          },
        },
      ])
      .toArray();
    return new Map(found.map(({ _id, count }) => [_id, count]));
  }

  /** Counts messages of an account by month, connector and channel, with their cost. */
  async messages({ account_uuid, mode }: AccountScope, { from, to }: Period): Promise<UsageLine[]> {
    const month = { $dateToString: { format: '%Y-%m', date: '$at' } };
    const found = await this.connection
      .collection('sends')
      .aggregate<{
        _id: Pick<UsageLine, 'month' | 'connector_uuid' | 'channel'> & Grouped;
        count: number;
        amount: number;
      }>([
        { $match: { account_uuid, mode, at: { $gte: from, $lt: to } } },
        {
          $group: {
            _id: {
              ...{ month, connector_uuid: '$connector_uuid', channel: '$channel' },
              ...{ status: '$answer.status', receipt: '$told.receipt', currency: '$cost.currency' },
            },
            count: { $sum: 1 },
            amount: { $sum: '$cost.amount' },
          },
        },
      ])
      .toArray();
    const lines = new Map<string, UsageLine>();
    for (const { _id, count, amount } of found) {
      const { month: name, connector_uuid, channel } = _id;
      const key = `${name}/${connector_uuid ?? ''}/${channel}`;
      const line = lines.get(key) ?? emptyLine({ month: name, connector_uuid, channel });
      lines.set(key, withGroup(line, _id, { count, amount }));
    }
    return [...lines.values()].sort((a, b) => a.month.localeCompare(b.month));
  }

  /** Counts live messages of all accounts by connector: accepted ones, and those with a receipt. */
  async receiptsByConnector({ from, to }: Period): Promise<ReceiptCount[]> {
    const found = await this.connection
      .collection('sends')
      .aggregate<{ _id: string; messages: number; told: number }>([
        {
          $match: {
            at: { $gte: from, $lt: to },
            ...{ mode: 'live', 'answer.status': 'sent', 'answer.gives_receipts': true },
          },
        },
        {
          $group: {
            _id: '$connector_uuid',
            messages: { $sum: 1 },
            told: { $sum: { $cond: [{ $ne: [{ $ifNull: ['$told', null] }, null] }, 1, 0] } },
          },
        },
      ])
      .toArray();
    return found.map(({ _id: connector_uuid, ...counts }) => ({ connector_uuid, ...counts }));
  }
}

/** Fields of a group of sends; missing counts are zero. */
interface Grouped {
  status?: SendResult['status'] | null;
  receipt?: Receipt['status'] | null;
  currency?: string | null;
}

function emptyLine(place: Pick<UsageLine, 'month' | 'connector_uuid' | 'channel'>): UsageLine {
  const counts = { claimed: 0, sent: 0, failed: 0, unknown: 0, delivered: 0, undelivered: 0 };
  return { ...place, ...counts, cost: [] };
}

function withGroup(
  line: UsageLine,
  { status, receipt, currency }: Grouped,
  { count, amount }: { count: number; amount: number },
): UsageLine {
  const counted = { ...line, claimed: line.claimed + count };
  if (status != null) counted[status] += count;
  if (receipt === 'delivered') counted.delivered += count;
  else if (receipt != null) counted.undelivered += count;
  if (currency == null) return counted;
  const before = line.cost.find((each) => each.currency === currency)?.amount ?? 0;
  const others = line.cost.filter((each) => each.currency !== currency);
  return { ...counted, cost: [...others, { amount: before + amount, currency }] };
}
