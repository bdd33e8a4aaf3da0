/** Erases the personal data in a run's document. Sealed content becomes unreadable with the key (see `run-keys`). */
import type { Connection } from 'mongoose';
import type { Json, RunSettings } from '../../domain/run/events';
import { foldWithWebhooks } from '../../domain/run/outbox';
import { redactPersonalData } from '../../domain/run/redact-personal-data';
import type { StoredEvents } from './merge-batch';
import type { RunDocument } from './run-document';
import { buildSearchFields } from './run-search';
import { runsFilter, type RunRef, type AccountScope } from '../account-scope';

/** Returns events without personal data, and the view that follows from them. */
export function erased({
  events,
  ...rest
}: StoredEvents): StoredEvents & Pick<RunDocument, 'view' | 'search'> {
  const kept = events.map((event) => redactPersonalData(event));
  const { view } = foldWithWebhooks(null, kept);
  return { ...rest, events: kept, view, search: buildSearchFields(view) };
}

/** A run whose erasure has begun. */
export interface ErasedRun extends RunRef, AccountScope {
  /** Its callback address without query. */
  callback_url: string | null;
}

type ErasedDocument = Pick<RunDocument, '_id' | 'account_uuid' | 'mode'> & {
  view: { settings: Pick<RunSettings, 'callback_url'> };
};

const ERASED = { account_uuid: 1, mode: 1, 'view.settings.callback_url': 1 } as const;

function toErasedRun({ _id: uuid, account_uuid, mode, view }: ErasedDocument): ErasedRun {
  return { uuid, account_uuid, mode, callback_url: view.settings.callback_url };
}

export class RunErasure {
  private readonly runs;

  constructor(private readonly connection: Connection) {
    this.runs = connection.collection<RunDocument>('runs');
  }

  /**
   * Begins an erasure, which will be finished from then on. Stores the proofs of a run and removes personal data,
   * hashes, masked destinations and the query of its callback address from its document; sealed content becomes
   * unreadable once its key is destroyed. Safe to repeat: the first proofs win.
   */
  async begin(run: RunRef, proofs: Record<string, Json>, at = new Date()): Promise<void> {
    const { uuid: _id, account_uuid } = run;
    const stored = await this.runs.findOne(
      { _id, account_uuid },
      { projection: { number: 1, task_time: 1, events: 1, outbox: 1, erasure: 1 } },
    );
    if (stored === null || stored.erasure !== undefined) return;
    const { number, task_time, events, outbox } = stored;
    const result = await this.runs.updateOne(
      { _id, account_uuid, number, task_time, erasure: { $exists: false } },
      {
        $set: {
          ...erased({ number, task_time, events, outbox }),
          erasure: { at, proofs, is_unfinished: true },
        },
      },
    );
    // A result of a send arrived meanwhile.
    if (result.matchedCount === 0) await this.begin(run, proofs, at);
  }

  /** Ends the erasure, once the other collections have no data of the run. */
  async finish({ uuid, account_uuid }: RunRef): Promise<void> {
    await this.runs.updateOne(
      { _id: uuid, account_uuid },
      { $unset: { 'erasure.is_unfinished': 1 } },
    );
  }

  /** Returns runs of all accounts whose erasure began before a time and isn't finished. */
  async *unfinished(before: Date): AsyncIterable<ErasedRun> {
    // A new process has no connection yet, and a cursor, unlike other calls, does not wait for it.
    await this.connection.asPromise();
    const found = this.runs.find<ErasedDocument>(
      { 'erasure.is_unfinished': true, 'erasure.at': { $lt: before } },
      { projection: ERASED },
    );
    for await (const run of found) yield toErasedRun(run);
  }

  /** Returns those of some runs whose erasure has begun. */
  async listBegun(runs: readonly RunRef[]): Promise<ErasedRun[]> {
    if (runs.length === 0) return [];
    const filter = { ...runsFilter(runs), erasure: { $exists: true } };
    const found = await this.runs.find<ErasedDocument>(filter, { projection: ERASED }).toArray();
    return found.map(toErasedRun);
  }

  /**
   * Returns true if the erasure of a run has begun. Writers check this after storing data of a run, and then remove
   * these data again; the erasure finds data that were stored earlier.
   */
  async hasBegun({ uuid, account_uuid }: RunRef): Promise<boolean> {
    const filter = { _id: uuid, account_uuid };
    const found = await this.runs.findOne(filter, { projection: { 'erasure.at': 1 } });
    return found?.erasure !== undefined;
  }
}
