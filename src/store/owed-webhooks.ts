/** What runs owe: the mark that a projection leaves on a run, what is read of a run to pay, and what is noted of it. */
import type { Connection } from 'mongoose';
import type { Mode, NumberedEvent } from '../runs/events';
import type { OutboxEntry } from '../runs/outbox';
import type { ProjectionBatch } from './merge-batch';
import { revive } from './revive-run';
import type { RunRecord } from './runs';

/** Fields of a run's document beside the fold; runs without an address to call have none of them. */
export interface WebhookMarks {
  /** There: the outbox may hold what no delivery was made of yet. */
  webhooks_owed_at?: Date;
  /** Sequence up to which deliveries were made. */
  webhooks_taken?: number;
  /** The receiver said that it is gone (410). */
  webhooks_gone?: boolean;
  /** When the last webhook was answered 2xx. */
  callback_at?: Date;
}

/** A run that may owe webhooks. */
export interface OwingRun extends WebhookMarks {
  _id: string;
  account_uuid: string;
  mode: Mode;
  number: number;
  task_time: number;
  outbox: OutboxEntry[];
  callback_url: string;
  /** By how much the run's clock is ahead, in milliseconds. */
  clock_offset: number;
}

/** A run with all that a payload is made of. */
export type WholeRun = RunRecord & { events: NumberedEvent[] };

/** What the write of a batch adds to the run's document: nothing, for runs that have no address to call. */
export function marksOf({ items, view }: ProjectionBatch, now = new Date()): WebhookMarks {
  if (view.settings.callback_url === null) return {};
  // A clock that was moved on moves what waits to be tried again.
  const matters = items.some(
    ({ event, entries }) => entries.length > 0 || event.type === 'clock_advanced',
  );
  return matters ? { webhooks_owed_at: now } : {};
}

const OWING = {
  ...{ account_uuid: 1, mode: 1, number: 1, task_time: 1, outbox: 1 },
  ...{ webhooks_owed_at: 1, webhooks_taken: 1, webhooks_gone: 1 },
  ...{ 'view.settings.callback_url': 1, 'view.clock_offset': 1 },
} as const;

type Found = Omit<OwingRun, 'callback_url' | 'clock_offset'> & {
  view: { settings: { callback_url: string | null }; clock_offset?: number };
};

export class OwedWebhooks {
  private readonly runs;

  constructor(connection: Connection) {
    this.runs = connection.collection('runs');
  }

  /** Runs that were marked until `before`, the longest marked first. */
  async find(before: Date, limit: number): Promise<OwingRun[]> {
    const found = await this.runs
      .find({ webhooks_owed_at: { $lte: before } }, { projection: OWING })
      .sort({ webhooks_owed_at: 1 })
      .limit(limit)
      .toArray();
    return found.flatMap(asOwing);
  }

  /** Those of some runs that are marked. */
  async findMarked(uuids: readonly string[]): Promise<OwingRun[]> {
    const filter = { _id: { $in: uuids as never[] }, webhooks_owed_at: { $exists: true } };
    const found = await this.runs.find(filter, { projection: OWING }).toArray();
    return found.flatMap(asOwing);
  }

  /** Takes the marks off, but for runs that were written to since they were read. */
  async take(runs: readonly OwingRun[]): Promise<void> {
    if (runs.length === 0) return;
    await this.runs.bulkWrite(
      runs.map(({ _id, number, task_time, outbox }) => ({
        updateOne: {
          filter: { _id: _id as never, number, task_time },
          update: {
            $unset: { webhooks_owed_at: 1 },
            $set: { webhooks_taken: outbox.at(-1)?.sequence ?? 0 },
          },
        },
      })),
      { ordered: false },
    );
  }

  /** Has a marked run looked at later. */
  async postpone(uuid: string, until: Date): Promise<void> {
    const filter = { _id: uuid as never, webhooks_owed_at: { $exists: true } };
    await this.runs.updateOne(filter, { $set: { webhooks_owed_at: until } });
  }

  /** A run with its timeline, whoever it belongs to. */
  async load(uuid: string): Promise<WholeRun | null> {
    const projection = { outbox: 0, search: 0 };
    const found = await this.runs.findOne({ _id: uuid as never }, { projection });
    if (found === null) return null;
    const run = found as unknown as WholeRun;
    return { ...revive(run), events: run.events };
  }

  /** By how much the clocks of runs are ahead, in milliseconds; the others' aren't. */
  async offsets(uuids: readonly string[]): Promise<Map<string, number>> {
    const found = await this.runs
      .find(
        { _id: { $in: uuids as never[] }, 'view.clock_offset': { $gt: 0 } },
        { projection: { 'view.clock_offset': 1 } },
      )
      .toArray();
    return new Map(
      (found as unknown as { _id: string; view: { clock_offset: number } }[]).map((run) => [
        run._id,
        run.view.clock_offset,
      ]),
    );
  }

  /** Forgets that the receivers of runs said they were gone: somebody wants them called again. */
  async revive(uuids: readonly string[]): Promise<void> {
    const filter = { _id: { $in: uuids as never[] }, webhooks_gone: true };
    await this.runs.updateMany(filter, { $set: { webhooks_gone: false } });
  }

  async note(
    uuid: string,
    marks: Pick<WebhookMarks, 'webhooks_gone' | 'callback_at'>,
  ): Promise<void> {
    await this.runs.updateOne({ _id: uuid as never }, { $set: marks });
  }
}

function asOwing(document: object): OwingRun[] {
  const { view, ...rest } = document as Found;
  const { callback_url } = view.settings;
  return callback_url === null
    ? []
    : [{ ...rest, callback_url, clock_offset: view.clock_offset ?? 0 }];
}
