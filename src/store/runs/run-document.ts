/** Defines the document of a run: fields and indexes. */
import { Schema } from 'mongoose';
import type { Json, Mode, NumberedEvent } from '../../domain/run/events';
import type { OutboxEntry } from '../../domain/run/outbox';
import type { RunView } from '../../domain/run/view';
import type { WebhookMarks } from '../webhooks/webhook-marks';
import type { ProjectionBatch } from '../../domain/run/projection-batch';
import { addSearchIndexes, buildSearchFields, type RunSearch } from './run-search';
import { listStoredSubmissions, type StoredSubmission } from './stored-submissions';

export interface RunDocument extends WebhookMarks {
  _id: string;
  account_uuid: string;
  mode: Mode;
  number: number;
  task_time: number;
  created_at: Date;
  view: RunView;
  /** Fields for listing the run, computed from the view at each write. */
  search: RunSearch;
  events: NumberedEvent[];
  outbox: OutboxEntry[];
  /** Personal part of the run's creation, sealed (see `steps/…/schema` for submissions). */
  sealed: Buffer;
  submissions: Record<string, StoredSubmission>;
  /** Bytes of the creation and the submissions that callers stored. Small content of the run itself may be missing. */
  sealed_bytes: number;
  /** Present once the personal data were erased. */
  erasure?: Erasure;
}

/** Proofs that survive the erasure of payloads, by step. */
export interface Erasure {
  at: Date;
  proofs: Record<string, Json>;
  /** Present until the run's key is destroyed and the other collections have no data of the run. */
  is_unfinished?: true;
}

/** The part of the document for a read; the timeline and the outbox are read separately. */
export type RunRecord = Omit<
  RunDocument,
  'events' | 'outbox' | 'search' | 'sealed_bytes' | Exclude<keyof WebhookMarks, 'callback_at'>
>;

/** Builds the first document of a run. */
export function newDocument(
  { items, view, sealed, task_time }: ProjectionBatch,
  marks: WebhookMarks,
): RunDocument {
  const content = Buffer.from(sealed ?? '', 'base64');
  return {
    _id: view.uuid,
    account_uuid: view.account_uuid,
    mode: view.mode,
    number: view.number,
    task_time,
    created_at: new Date(view.created_at),
    view,
    search: buildSearchFields(view),
    events: items.map((item) => item.event),
    outbox: items.flatMap((item) => item.entries),
    sealed: content,
    submissions: listStoredSubmissions(items),
    sealed_bytes: content.length,
    ...marks,
  };
}

export const runSchema = new Schema<RunDocument>(
  {
    _id: { type: String, required: true },
    account_uuid: { type: String, required: true },
    mode: { type: String, required: true },
    number: { type: Number, required: true },
    task_time: { type: Number, required: true },
    created_at: { type: Date, required: true },
    view: { type: Schema.Types.Mixed, required: true },
    search: { type: Schema.Types.Mixed, required: true },
    events: { type: Schema.Types.Mixed, required: true },
    outbox: { type: Schema.Types.Mixed, required: true },
    sealed: { type: Buffer, required: true },
    submissions: { type: Schema.Types.Mixed, required: true },
    sealed_bytes: { type: Number, required: true },
    webhooks_owed_at: { type: Date },
    webhooks_taken: { type: Number },
    webhooks_gone: { type: Boolean },
    callback_at: { type: Date },
    erasure: { type: Schema.Types.Mixed },
  },
  { versionKey: false, minimize: false, collection: 'runs' },
);
// The shard key. Has exactly the fields of a read by id: the embedded server then checks no other index.
runSchema.index({ account_uuid: 1, _id: 1 });
addSearchIndexes(runSchema);
runSchema.index({ account_uuid: 1, mode: 1, 'view.steps.uuid': 1 });
runSchema.index({ webhooks_owed_at: 1 }, { sparse: true });
runSchema.index({ 'erasure.is_unfinished': 1 }, { sparse: true });
