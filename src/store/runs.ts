/**
 * Runs as MongoDB keeps them: one document a run, holding the fold, its events, what its webhooks owe and the sealed
 * submissions, so that a read is one round trip. Writes of the fold are guarded by
 * the number of the last event stored and by the workflow task that it came from.
 */
import type { Connection, Model } from 'mongoose';
import type { Unstored } from '../runs/answer';
import type { Mode, NumberedEvent } from '../runs/events';
import { revive } from './revive-run';
import { isSameDocument } from './connection';
import { erased } from './run-erasure';
import {
  inReviewOf,
  LAST_IN_REVIEW_FIRST,
  NEWEST_FIRST,
  queryOf,
  searchOf,
  type RunFilter,
} from './run-search';
import { newDocument, runSchema, type RunDocument, type RunRecord } from './run-document';
import { marksOf, type WebhookMarks } from './owed-webhooks';
import { mergeBatch, type ProjectionBatch, type StoredEvents } from './merge-batch';
import { prefixed, submissionsIn, type StoredSubmission } from './stored-submissions';

export type { RunDocument, RunRecord } from './run-document';
export type { StoredSubmission };

/** Whose runs a caller may see. */
export interface Tenant {
  account_uuid: string;
  mode: Mode;
}

/** Thrown where a batch begins after an event that was never stored: a bug or a database restored from a backup. */
export class ProjectionGap extends Error {
  override readonly name = 'ProjectionGap';
}

const SUMMARY = { events: 0, outbox: 0, search: 0 } as const;

/** All that the service does with stored runs. */
export class RunStore {
  private readonly runs: Model<RunDocument>;
  private tellOwing: (uuid: string) => void = () => undefined;

  constructor(connection: Connection) {
    this.runs = connection.model<RunDocument>('Run', runSchema);
  }

  /** Has somebody in this process hear at once of runs that came to owe webhooks; others find them by their marks. */
  onOwing(listener: (uuid: string) => void): void {
    this.tellOwing = listener;
  }

  async createIndexes(): Promise<void> {
    await this.runs.createIndexes();
  }

  /**
   * Brings a batch to its place. Safe to repeat, and for several writers at once: see `mergeBatch`.
   * @throws ProjectionGap where an event before the batch is missing.
   */
  async project(batch: ProjectionBatch): Promise<'written' | 'stale'> {
    const marks = marksOf(batch);
    const isDone =
      batch.after > 0
        ? await this.append(batch, marks)
        : (await this.appendToCreation(batch, marks)) || (await this.insert(batch, marks));
    const outcome = isDone ? 'written' : await this.replaceTail(batch, marks);
    if (marks.webhooks_owed_at !== undefined) this.tellOwing(batch.view.uuid);
    return outcome;
  }

  async find(tenant: Tenant, uuid: string): Promise<RunRecord | null> {
    return this.record(tenant, { _id: uuid });
  }

  /** The run that a step belongs to. */
  async findByStep(tenant: Tenant, stepUuid: string): Promise<RunRecord | null> {
    return this.record(tenant, { 'view.steps.uuid': stepUuid });
  }

  /** Runs that fit a filter, newest first: from a place on, or after so many. */
  async list(
    tenant: Tenant,
    filter: RunFilter,
    { after, skip, limit }: { after: string | null; skip: number; limit: number },
  ): Promise<RunRecord[]> {
    const found = await this.runs.collection
      .find(queryOf(tenant, filter, after), { projection: SUMMARY })
      .sort(NEWEST_FIRST)
      .skip(skip)
      .limit(limit)
      .toArray();
    return found.flatMap((run) => asRecord(run) ?? []);
  }

  /** Runs that await a reviewer, the latest first. */
  async listInReview(
    tenant: Tenant,
    { skip, limit }: { skip: number; limit: number },
  ): Promise<RunRecord[]> {
    const found = await this.runs.collection
      .find(inReviewOf(tenant), { projection: SUMMARY })
      .sort(LAST_IN_REVIEW_FIRST)
      .skip(skip)
      .limit(limit)
      .toArray();
    return (found as unknown as RunRecord[]).map(revive);
  }

  /** A page of a run's timeline in order, or null where there is no such run. */
  async events(
    tenant: Tenant,
    uuid: string,
    page: { skip: number; limit: number },
  ): Promise<NumberedEvent[] | null> {
    const found = await this.runs
      .findOne(
        { _id: uuid },
        { account_uuid: 1, mode: 1, events: { $slice: [page.skip, page.limit] } },
      )
      .lean<Pick<RunDocument, 'events' | 'account_uuid' | 'mode'> | null>();
    return found !== null && belongsTo(found, tenant) ? found.events : null;
  }

  /** True where a run that isn't over may still send through a connector. */
  async usesConnector(accountUuid: string, connectorUuid: string): Promise<boolean> {
    const plan = 'view.steps.settings.nip.verifications';
    const found = await this.runs.collection.findOne(
      {
        account_uuid: accountUuid,
        'view.finished_at': null,
        $or: [
          { [`${plan}.connector_uuid`]: connectorUuid },
          { [`${plan}.backup.connector_uuid`]: connectorUuid },
        ],
      },
      { projection: { _id: 1 } },
    );
    return found !== null;
  }

  /** Returns true where a run's events up to `number` are stored, by a batch of `task_time` or later. */
  async holds({ uuid, number, task_time }: Unstored): Promise<boolean> {
    const isStored = { _id: uuid, number: { $gte: number }, task_time: { $gte: task_time } };
    return (await this.runs.findOne(isStored, { _id: 1 }).lean()) !== null;
  }

  /** The numbers of the last events of runs, by uuid; those that aren't stored are left out. */
  async numbers(uuids: readonly string[]): Promise<Map<string, number>> {
    const found = await this.runs
      .find({ _id: { $in: uuids } }, { number: 1 })
      .lean<Pick<RunDocument, '_id' | 'number'>[]>();
    return new Map(found.map(({ _id, number }) => [_id, number]));
  }

  /** A run whoever it belongs to: for those that work for runs, not for callers. */
  async findById(uuid: string): Promise<RunRecord | null> {
    const one = { _id: uuid as never };
    return asRecord(await this.runs.collection.findOne(one, { projection: SUMMARY }));
  }

  /** The whole document of a run, for drift checks. */
  async whole(uuid: string): Promise<RunDocument | null> {
    return this.runs.findById(uuid).lean<RunDocument | null>();
  }

  /** The ids of runs, oldest first, from after `after`; for checks over all of them. */
  async ids(after: string | null, limit: number): Promise<string[]> {
    const found = await this.runs
      .find(after === null ? {} : { _id: { $gt: after } }, { _id: 1 })
      .sort({ _id: 1 })
      .limit(limit)
      .lean<{ _id: string }[]>();
    return found.map((run) => run._id);
  }

  /**
   * Keeps a sealed submission of a run that its caller has found, before the workflow hears of it. Safe to repeat: the
   * same id holds the same content.
   */
  async keepSubmission(uuid: string, submission: StoredSubmission & { id: string }): Promise<void> {
    const { id, ...stored } = submission;
    const kept = { $set: { [`submissions.${id}`]: stored } };
    const result = await this.runs.updateOne({ _id: uuid }, kept);
    if (result.matchedCount === 0) throw new Error(`run ${uuid} is not there to keep a submission`);
  }

  /** Drops a submission that the workflow refused. */
  async dropSubmission(uuid: string, id: string): Promise<void> {
    await this.runs.updateOne({ _id: uuid }, { $unset: { [`submissions.${id}`]: 1 } });
  }

  /**
   * One run by what is unique in it. Whose it is, is checked afterwards: with the account in the filter, a planner may
   * walk all runs of the account instead (measured on the embedded server: 30 ms instead of 1 ms at 200 runs).
   */
  private async record(tenant: Tenant, unique: Record<string, string>): Promise<RunRecord | null> {
    const found = asRecord(await this.runs.collection.findOne(unique, { projection: SUMMARY }));
    return found !== null && belongsTo(found, tenant) ? found : null;
  }

  /** False where the run's document is there already. */
  private async insert(batch: ProjectionBatch, marks: WebhookMarks): Promise<boolean> {
    try {
      await this.runs.collection.insertOne(newDocument(batch, marks) as never);
      return true;
    } catch (error) {
      if (isSameDocument(error)) return false;
      throw error;
    }
  }

  /** The common case in one write: nothing is stored beyond the batch's place. False where there is. */
  private append(batch: ProjectionBatch, marks: WebhookMarks): Promise<boolean> {
    return this.push(batch, marks, { number: batch.after, task_time: { $lte: batch.task_time } });
  }

  /** A run's first batch, where the API has stored its event 1 just as the run was given it: then it is of time 0. */
  private appendToCreation(batch: ProjectionBatch, marks: WebhookMarks): Promise<boolean> {
    const rest = { ...batch, items: batch.items.slice(1) };
    return this.push(rest, marks, { number: 1, task_time: 0 });
  }

  private async push(
    { items, view, task_time }: ProjectionBatch,
    marks: WebhookMarks,
    guard: object,
  ): Promise<boolean> {
    if (items.length === 0) return false;
    const result = await this.runs.collection.updateOne(
      { _id: view.uuid as never, ...guard, erasure: null },
      {
        $set: {
          ...{ view, search: searchOf(view), number: view.number, task_time },
          ...prefixed('submissions', submissionsIn(items)),
          ...marks,
        },
        $push: {
          events: { $each: items.map((item) => item.event) },
          outbox: { $each: items.flatMap((item) => item.entries) },
        } as never,
      },
    );
    return result.matchedCount === 1;
  }

  /** Puts the batch in place of what a task that was never completed stored; again where another writer was faster. */
  private async replaceTail(
    batch: ProjectionBatch,
    marks: WebhookMarks,
  ): Promise<'written' | 'stale'> {
    const { view } = batch;
    const stored = await this.runs
      .findById(view.uuid, { number: 1, task_time: 1, events: 1, outbox: 1, erasure: 1 })
      .lean<(StoredEvents & Pick<RunDocument, 'erasure'>) | null>();
    const merged = stored === null ? 'gap' : mergeBatch(stored, batch);
    if (merged === 'stale') return merged;
    if (merged === 'gap' || stored === null) {
      throw new ProjectionGap(`run ${view.uuid} lacks events before ${batch.after + 1}`);
    }
    const { number, task_time } = stored;
    // What was erased meanwhile must not come back.
    const erasure = stored.erasure === undefined ? null : { $exists: true };
    const guard = { _id: view.uuid as never, number, task_time, erasure };
    const result = await this.runs.collection.updateOne(guard, {
      $set: {
        ...(stored.erasure === undefined
          ? { ...merged, view, search: searchOf(view) }
          : erased(merged)),
        ...prefixed('submissions', submissionsIn(batch.items)),
        ...marks,
      },
    });
    return result.matchedCount === 1 ? 'written' : this.project(batch);
  }
}

/** A document of the collection, which this store alone writes. By the driver itself: mongoose would double its cost. */
function asRecord(found: object | null): RunRecord | null {
  return found === null ? null : revive(found as RunRecord);
}

function belongsTo(run: Tenant, { account_uuid, mode }: Tenant): boolean {
  return run.account_uuid === account_uuid && run.mode === mode;
}
