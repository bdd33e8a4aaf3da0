/** Erases what is personal in the document of a run. What its key sealed goes with the key (see `run-keys`). */
import type { Connection } from 'mongoose';
import type { Json } from '../../domain/run/events';
import { foldWithWebhooks } from '../../domain/run/outbox';
import { redactPersonalData } from '../../domain/run/redact-personal-data';
import type { StoredEvents } from './merge-batch';
import type { RunDocument } from './run-document';
import { buildSearchFields } from './run-search';
import type { RunRef, AccountScope } from '../account-scope';

/** Events without what is personal in them, and what follows from them. */
export function erased({
  events,
  ...rest
}: StoredEvents): StoredEvents & Pick<RunDocument, 'view' | 'search'> {
  const kept = events.map((event) => redactPersonalData(event));
  const { view } = foldWithWebhooks(null, kept);
  return { ...rest, events: kept, view, search: buildSearchFields(view) };
}

/** A run whose erasure has begun. */
export type ErasedRun = RunRef & AccountScope;

export class RunErasure {
  private readonly runs;

  constructor(private readonly connection: Connection) {
    this.runs = connection.collection<RunDocument>('runs');
  }

  /**
   * The first write of an erasure, from which on it is finished whatever happens: keeps the proofs of a run and takes
   * the rest out of its document, hashes and masked destinations at once, what is sealed as soon as its key is
   * destroyed. Safe to repeat: the first proofs stay.
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
    // What became of a message was told meanwhile.
    if (result.matchedCount === 0) await this.begin(run, proofs, at);
  }

  /** All that belongs to a run is gone from the other collections, too. */
  async finish({ uuid, account_uuid }: RunRef): Promise<void> {
    await this.runs.updateOne(
      { _id: uuid, account_uuid },
      { $unset: { 'erasure.is_unfinished': 1 } },
    );
  }

  /** Returns runs of all accounts whose erasure began before a time and isn't finished. */
  async *unfinished(before: Date): AsyncIterable<ErasedRun> {
    // A process that has just started has no connection yet, and a cursor, unlike other calls, doesn't wait for it.
    await this.connection.asPromise();
    const found = this.runs.find<Pick<RunDocument, '_id' | 'account_uuid' | 'mode'>>(
      { 'erasure.is_unfinished': true, 'erasure.at': { $lt: before } },
      { projection: { account_uuid: 1, mode: 1 } },
    );
    for await (const { _id: uuid, account_uuid, mode } of found) yield { uuid, account_uuid, mode };
  }

  /**
   * Whether the erasure of a run has begun. Who asks once something of the run is stored, and then takes it back, leaves
   * nothing behind: what is stored earlier is found by the erasure.
   */
  async hasBegun({ uuid, account_uuid }: RunRef): Promise<boolean> {
    const filter = { _id: uuid, account_uuid };
    const found = await this.runs.findOne(filter, { projection: { 'erasure.at': 1 } });
    return found?.erasure !== undefined;
  }
}
