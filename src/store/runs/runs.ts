/**
 * Stores runs: one document for each, with the view, its events, its outbox and the sealed submissions, so that a read
 * is one round trip. Writes of the view are guarded by the number of the last stored event and by the workflow task
 * that wrote it.
 */
import type { Connection, Model } from 'mongoose';
import type { UnstoredBatch } from '../../domain/run/run-summary';
import type { NumberedEvent } from '../../domain/run/events';
import type { ProjectionBatch } from '../../domain/run/projection-batch';
import { ownValue } from '../../domain/run/own-value';
import { decodeRun } from './decode-run';
import { MAX_SEALED_BYTES } from './run-limits';
import { runSchema, type RunDocument, type RunRecord } from './run-document';
import { ProjectionWriter } from './projection-writer';
import {
  reviewFilter,
  LAST_IN_REVIEW_FIRST,
  NEWEST_FIRST,
  buildQuery,
  type RunFilter,
} from './run-search';
import type { StoredSubmission } from './stored-submissions';
import { readPage, type StoredPage } from '../read-page';
import { runsFilter, type RunRef, type AccountScope } from '../account-scope';
import { listWebhookMarks } from '../webhooks/webhook-marks';

export { ProjectionGap } from './projection-writer';
export type { RunDocument, RunRecord } from './run-document';
export type { StoredSubmission };
export type { RunRef, AccountScope as Tenant } from '../account-scope';

/** Returns the bytes of a run's sealed content, the only part that can be large. */
function sizeOfRun({ sealed, submissions }: RunRecord): number {
  return Object.values(submissions).reduce((sum, each) => sum + each.sealed.length, sealed.length);
}

const SUMMARY = { events: 0, outbox: 0, search: 0, sealed_bytes: 0 } as const;

/** Reads and writes stored runs. */
export class RunStore {
  private readonly model: Model<RunDocument>;
  /** The driver's collection: Mongoose would double the cost of a read. */
  private readonly runs;
  private readonly projection;
  private notifyPendingWebhooks: (run: RunRef) => void = () => undefined;

  constructor(connection: Connection) {
    this.model = connection.model<RunDocument>('Run', runSchema);
    this.runs = connection.collection<RunDocument>('runs');
    this.projection = new ProjectionWriter(connection);
  }

  /**
   * Registers a listener in this process for runs with new pending webhooks; other processes find them by their marks.
   */
  onPendingWebhooks(listener: (run: RunRef) => void): void {
    this.notifyPendingWebhooks = listener;
  }

  async createIndexes(): Promise<void> {
    await this.model.createIndexes();
  }

  /**
   * Stores a batch. Safe to repeat, and with several writers at once: see `mergeBatch`.
   * @throws ProjectionGap if an event before the batch is missing.
   */
  async project(batch: ProjectionBatch): Promise<'written' | 'stale'> {
    const marks = listWebhookMarks(batch);
    const outcome = await this.projection.write(batch, marks);
    if (marks.webhooks_owed_at !== undefined) this.notifyPendingWebhooks(batch.view);
    return outcome;
  }

  async find(tenant: AccountScope, uuid: string): Promise<RunRecord | null> {
    const found = await this.record({ _id: uuid, account_uuid: tenant.account_uuid });
    return found?.mode === tenant.mode ? found : null;
  }

  /** Returns a run of an account, in either mode. */
  async load({ uuid, account_uuid }: RunRef): Promise<RunRecord | null> {
    return this.record({ _id: uuid, account_uuid });
  }

  /** Returns the run of a step. */
  async findByStep(tenant: AccountScope, stepUuid: string): Promise<RunRecord | null> {
    const { account_uuid, mode } = tenant;
    return this.record({ account_uuid, mode, 'view.steps.uuid': stepUuid });
  }

  /** Lists matching runs, newest first: from a cursor, or after an offset. A page also has a limit in bytes. */
  async list(
    tenant: AccountScope,
    filter: RunFilter,
    { after, skip, limit }: { after: string | null; skip: number; limit: number },
  ): Promise<StoredPage<RunRecord>> {
    const found = this.runs
      .find<RunRecord>(buildQuery(tenant, filter, after), { projection: SUMMARY })
      .sort(NEWEST_FIRST)
      .skip(skip)
      .limit(limit + 1)
      .map(decodeRun);
    return readPage(found, limit, sizeOfRun);
  }

  /** Lists runs in review, newest first, without their submissions. A page also has a limit in bytes. */
  async listInReview(
    tenant: AccountScope,
    { skip, limit }: { skip: number; limit: number },
  ): Promise<StoredPage<RunRecord>> {
    const found = this.runs
      .find<RunRecord>(reviewFilter(tenant), { projection: { ...SUMMARY, submissions: 0 } })
      .sort(LAST_IN_REVIEW_FIRST)
      .skip(skip)
      .limit(limit + 1)
      .map((run) => decodeRun({ ...run, submissions: {} }));
    return readPage(found, limit, sizeOfRun);
  }

  /** Returns a page of a run's timeline in order; null if there is no such run. */
  async events(
    tenant: AccountScope,
    uuid: string,
    page: { skip: number; limit: number },
  ): Promise<NumberedEvent[] | null> {
    const found = await this.runs.findOne<Pick<RunDocument, 'events' | 'mode'>>(
      { _id: uuid, account_uuid: tenant.account_uuid },
      { projection: { mode: 1, events: { $slice: [page.skip, page.limit] } } },
    );
    return found?.mode === tenant.mode ? found.events : null;
  }

  /** Returns true if an open run may still send through a connector. */
  async usesConnector(accountUuid: string, connectorUuid: string): Promise<boolean> {
    const plan = 'view.steps.settings.nip.verifications';
    const found = await this.runs.findOne(
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

  /** Returns true if a run's events up to `number` are stored, by a batch of `task_time` or later. */
  async hasEvents(
    { uuid, account_uuid }: RunRef,
    { number, task_time }: Pick<UnstoredBatch, 'number' | 'task_time'>,
  ): Promise<boolean> {
    const place = { number: { $gte: number }, task_time: { $gte: task_time } };
    const isStored = { _id: uuid, account_uuid, ...place };
    return (await this.runs.findOne(isStored, { projection: { _id: 1 } })) !== null;
  }

  /** Returns the numbers of the last events of runs, by uuid; missing runs are left out. */
  async listNumbers(runs: readonly RunRef[]): Promise<Map<string, number>> {
    const found = await this.runs.find(runsFilter(runs), { projection: { number: 1 } }).toArray();
    return new Map(found.map(({ _id, number }) => [_id, number]));
  }

  /** Returns a run by its id alone, for activities whose input has no account. */
  async findById(uuid: string): Promise<RunRecord | null> {
    return this.record({ _id: uuid });
  }

  /** Returns the account of a run by the run's id alone; null if there is no such run. */
  async refOf(uuid: string): Promise<RunRef | null> {
    const found = await this.runs.findOne({ _id: uuid }, { projection: { account_uuid: 1 } });
    return found === null ? null : { uuid, account_uuid: found.account_uuid };
  }

  /** Returns the whole document of a run by its id alone, for drift checks. */
  async findWithEvents(uuid: string): Promise<RunDocument | null> {
    return this.runs.findOne({ _id: uuid });
  }

  /** Returns the ids of runs of all accounts in order, from after `after`; for checks over all of them. */
  async ids(after: string | null, limit: number): Promise<string[]> {
    const found = await this.runs
      .find(after === null ? {} : { _id: { $gt: after } }, { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
    return found.map((run) => run._id);
  }

  /**
   * Stores a sealed submission before the workflow receives it, if the run's sealed content then has at most `maxBytes`.
   * Returns false if it has no room. The caller has loaded the run. Safe to repeat: the same id always has the same
   * content, which counts once.
   */
  async storeSubmission(
    { uuid, account_uuid }: RunRef,
    submission: StoredSubmission & { id: string },
    maxBytes = MAX_SEALED_BYTES,
  ): Promise<boolean> {
    const { id, ...stored } = submission;
    const bytes = stored.sealed.length;
    const hasRoom = { sealed_bytes: { $lte: maxBytes - bytes } };
    const isNew = { [`submissions.${id}`]: { $exists: false } };
    const result = await this.runs.updateOne(
      { _id: uuid, account_uuid, ...hasRoom, ...isNew },
      { $set: { [`submissions.${id}`]: stored }, $inc: { sealed_bytes: bytes } },
    );
    if (result.matchedCount === 1) return true;
    const found = await this.runs.findOne(
      { _id: uuid, account_uuid },
      { projection: { [`submissions.${id}.at`]: 1 } },
    );
    if (found === null) throw new Error(`run ${uuid} is not there to keep a submission`);
    return ownValue(found.submissions, id) !== undefined;
  }

  /** Removes a submission of `bytes` that the workflow refused. Safe to repeat. */
  async removeSubmission(
    { uuid, account_uuid }: RunRef,
    { id, bytes }: { id: string; bytes: number },
  ): Promise<void> {
    const isThere = { [`submissions.${id}`]: { $exists: true } };
    await this.runs.updateOne(
      { _id: uuid, account_uuid, ...isThere },
      { $unset: { [`submissions.${id}`]: 1 as const }, $inc: { sealed_bytes: -bytes } },
    );
  }

  private async record(filter: Record<string, string>): Promise<RunRecord | null> {
    const found = await this.runs.findOne<RunRecord>(filter, { projection: SUMMARY });
    return found === null ? null : decodeRun(found);
  }
}
