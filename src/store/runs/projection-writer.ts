/**
 * Writes batches of events to run documents. Guarded by the last stored event and by the workflow task that wrote it.
 */
import type { Connection } from 'mongoose';
import { foldWithWebhooks } from '../../domain/run/outbox';
import { timesSumBefore, type ProjectionBatch } from '../../domain/run/projection-batch';
import { isSameDocument } from '../connection';
import { mergeBatch, type StoredEvents } from './merge-batch';
import { newDocument, type RunDocument } from './run-document';
import { erased } from './run-erasure';
import { buildSearchFields } from './run-search';
import { withPrefix, listStoredSubmissions } from './stored-submissions';
import type { WebhookMarks } from '../webhooks/webhook-marks';

/** Thrown if a batch begins after an event that was never stored: a bug or a database restored from a backup. */
export class ProjectionGap extends Error {
  override readonly name = 'ProjectionGap';
}

export class ProjectionWriter {
  private readonly runs;

  constructor(connection: Connection) {
    this.runs = connection.collection<RunDocument>('runs');
  }

  /**
   * Stores a batch. Safe to repeat, and with several writers at once: see `mergeBatch`.
   * @throws ProjectionGap if an event before the batch is missing.
   */
  async write(batch: ProjectionBatch, marks: WebhookMarks): Promise<'written' | 'stale'> {
    const isDone =
      batch.after > 0
        ? await this.append(batch, marks)
        : (await this.appendToCreation(batch, marks)) || (await this.insert(batch, marks));
    return isDone ? 'written' : this.replaceTail(batch, marks);
  }

  /** Inserts the run's document. Returns false if it exists. */
  private async insert(batch: ProjectionBatch, marks: WebhookMarks): Promise<boolean> {
    try {
      await this.runs.insertOne(newDocument(batch, marks));
      return true;
    } catch (error) {
      if (isSameDocument(error)) return false;
      throw error;
    }
  }

  /** Appends in one write, the common case. Returns false where the stored events are not those before the batch. */
  private append(batch: ProjectionBatch, marks: WebhookMarks): Promise<boolean> {
    return this.push(batch, marks, { number: batch.after, task_time: { $lte: batch.task_time } });
  }

  /**
   * Appends a run's first batch, if the API has stored event 1 exactly as the run received it: then its task time is 0.
   */
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
    const { uuid: _id, account_uuid } = view;
    const isSameHistory = { 'view.times_sum': timesSumBefore({ items, view }) };
    const result = await this.runs.updateOne(
      { _id, account_uuid, ...guard, ...isSameHistory, erasure: { $exists: false } },
      {
        $set: {
          ...{ view, search: buildSearchFields(view), number: view.number, task_time },
          ...withPrefix('submissions', listStoredSubmissions(items)),
          ...marks,
        },
        $push: {
          events: { $each: items.map((item) => item.event) },
          outbox: { $each: items.flatMap((item) => item.entries) },
        },
      },
    );
    return result.matchedCount === 1;
  }

  /**
   * Replaces the stored events after `after` by the batch; repeats where another writer was faster. The view is folded
   * anew: a workflow that was replayed with other times would contradict events that were published.
   */
  private async replaceTail(
    batch: ProjectionBatch,
    marks: WebhookMarks,
  ): Promise<'written' | 'stale'> {
    const { view } = batch;
    const { uuid: _id, account_uuid } = view;
    const stored = await this.runs.findOne<StoredEvents & Pick<RunDocument, 'erasure'>>(
      { _id, account_uuid },
      { projection: { number: 1, task_time: 1, events: 1, outbox: 1, erasure: 1 } },
    );
    const merged = stored === null ? 'gap' : mergeBatch(stored, batch);
    if (merged === 'stale') return merged;
    if (merged === 'gap' || stored === null) {
      throw new ProjectionGap(`run ${view.uuid} lacks events before ${batch.after + 1}`);
    }
    const { number, task_time } = stored;
    // A merge from before an erasure must not restore erased data.
    const erasure = { $exists: stored.erasure !== undefined };
    const guard = { _id, account_uuid, number, task_time, erasure };
    const result = await this.runs.updateOne(guard, {
      $set: {
        ...(stored.erasure === undefined ? refolded(merged) : erased(merged)),
        ...withPrefix('submissions', listStoredSubmissions(batch.items)),
        ...marks,
      },
    });
    return result.matchedCount === 1 ? 'written' : this.write(batch, marks);
  }
}

/** Completes stored events with the view, the search fields and the webhooks that follow from them. */
function refolded(stored: StoredEvents) {
  const { view, entries } = foldWithWebhooks(null, stored.events);
  return { ...stored, outbox: entries, view, search: buildSearchFields(view) };
}
