/** Finds runs with pending webhooks by the marks that a projection sets, and reads and updates them. */
import type { Connection } from 'mongoose';
import type { Mode, NumberedEvent } from '../../domain/run/events';
import type { OutboxEntry } from '../../domain/run/outbox';
import { decodeRun } from '../runs/decode-run';
import type { RunDocument, RunRecord } from '../runs/run-document';
import { runsFilter, type RunRef } from '../account-scope';
import type { WebhookMarks } from './webhook-marks';

/** A run that may have pending webhooks. */
export interface RunWithPendingWebhooks extends WebhookMarks {
  _id: string;
  account_uuid: string;
  mode: Mode;
  number: number;
  task_time: number;
  outbox: OutboxEntry[];
  callback_url: string;
  /** Milliseconds by which the run's clock is ahead. */
  clock_offset: number;
}

/** A run with all data for its payloads. */
export type WholeRun = RunRecord & { events: NumberedEvent[] };

const OWING = {
  ...{ account_uuid: 1, mode: 1, number: 1, task_time: 1, outbox: 1 },
  ...{ webhooks_owed_at: 1, webhooks_taken: 1, webhooks_gone: 1 },
  ...{ 'view.settings.callback_url': 1, 'view.clock_offset': 1 },
} as const;

type Found = Omit<RunWithPendingWebhooks, 'callback_url' | 'clock_offset'> & {
  view: { settings: { callback_url: string | null }; clock_offset?: number };
};

export class PendingWebhookStore {
  private readonly runs;

  constructor(connection: Connection) {
    this.runs = connection.collection<RunDocument>('runs');
  }

  /** Returns runs of all accounts that were marked until `before`, oldest mark first. */
  async find(before: Date, limit: number): Promise<RunWithPendingWebhooks[]> {
    const found = await this.runs
      .find<Found>({ webhooks_owed_at: { $lte: before } }, { projection: OWING })
      .sort({ webhooks_owed_at: 1 })
      .limit(limit)
      .toArray();
    return found.flatMap(toPendingRun);
  }

  /** Returns the marked ones among some runs. */
  async findWithPending(runs: readonly RunRef[]): Promise<RunWithPendingWebhooks[]> {
    const filter = { ...runsFilter(runs), webhooks_owed_at: { $exists: true } };
    const found = await this.runs.find<Found>(filter, { projection: OWING }).toArray();
    return found.flatMap(toPendingRun);
  }

  /** Removes the marks, except from runs that were written to since they were read. */
  async claim(runs: readonly RunWithPendingWebhooks[]): Promise<void> {
    if (runs.length === 0) return;
    await this.runs.bulkWrite(
      runs.map(({ _id, account_uuid, number, task_time, outbox }) => ({
        updateOne: {
          filter: { _id, account_uuid, number, task_time },
          update: {
            $unset: { webhooks_owed_at: 1 },
            $set: { webhooks_taken: outbox.at(-1)?.sequence ?? 0 },
          },
        },
      })),
      { ordered: false },
    );
  }

  /** Delays the next check of a marked run. */
  async postpone({ uuid, account_uuid }: RunRef, until: Date): Promise<void> {
    const filter = { _id: uuid, account_uuid, webhooks_owed_at: { $exists: true } };
    await this.runs.updateOne(filter, { $set: { webhooks_owed_at: until } });
  }

  /** Returns a run with its timeline; null if there is none. */
  async load({ uuid, account_uuid }: RunRef): Promise<WholeRun | null> {
    const projection = { outbox: 0, search: 0 };
    const run = await this.runs.findOne<WholeRun>({ _id: uuid, account_uuid }, { projection });
    return run === null ? null : { ...decodeRun(run), events: run.events };
  }

  /** Returns the clock offsets of an account's runs in milliseconds; runs without an offset are left out. */
  async offsets(account_uuid: string, uuids: readonly string[]): Promise<Map<string, number>> {
    const found = await this.runs
      .find<{ _id: string; view: { clock_offset: number } }>(
        { _id: { $in: [...uuids] }, account_uuid, 'view.clock_offset': { $gt: 0 } },
        { projection: { 'view.clock_offset': 1 } },
      )
      .toArray();
    return new Map(found.map((run) => [run._id, run.view.clock_offset]));
  }

  /** Allows calls to receivers of an account's runs again that responded 410 before. */
  async clearGone(account_uuid: string, uuids: readonly string[]): Promise<void> {
    const filter = { _id: { $in: [...uuids] }, account_uuid, webhooks_gone: true };
    await this.runs.updateMany(filter, { $set: { webhooks_gone: false } });
  }

  async recordResult(
    { uuid, account_uuid }: RunRef,
    marks: Pick<WebhookMarks, 'webhooks_gone' | 'callback_at'>,
  ): Promise<void> {
    await this.runs.updateOne({ _id: uuid, account_uuid }, { $set: marks });
  }
}

function toPendingRun({ view, ...rest }: Found): RunWithPendingWebhooks[] {
  const { callback_url } = view.settings;
  return callback_url === null
    ? []
    : [{ ...rest, callback_url, clock_offset: view.clock_offset ?? 0 }];
}
