/** Erases what is personal in the document of a run. What its key sealed goes with the key (see `run-keys`). */
import type { Connection } from 'mongoose';
import type { Json } from '../runs/events';
import { foldWithOutbox } from '../runs/outbox';
import { withoutPersonal } from '../runs/without-personal';
import type { StoredEvents } from './merge-batch';
import type { RunDocument } from './run-document';
import { searchOf } from './run-search';

/** Events without what is personal in them, and what follows from them. */
export function erased({
  events,
  ...rest
}: StoredEvents): StoredEvents & Pick<RunDocument, 'view' | 'search'> {
  const kept = events.map(withoutPersonal);
  const { view } = foldWithOutbox(null, kept);
  return { ...rest, events: kept, view, search: searchOf(view) };
}

export class RunErasure {
  private readonly runs;

  constructor(connection: Connection) {
    this.runs = connection.collection<RunDocument>('runs');
  }

  /**
   * Keeps the proofs of a run and takes the rest out of its document: hashes and masked destinations at once, what is
   * sealed as soon as its key is destroyed. Safe to repeat: the first proofs stay.
   */
  async erase(uuid: string, proofs: Record<string, Json>): Promise<void> {
    const stored = await this.runs.findOne(
      { _id: uuid },
      { projection: { number: 1, task_time: 1, events: 1, outbox: 1, erasure: 1 } },
    );
    if (stored === null || stored.erasure !== undefined) return;
    const { number, task_time, events, outbox } = stored;
    const result = await this.runs.updateOne(
      { _id: uuid, number, task_time, erasure: null as never },
      {
        $set: {
          ...erased({ number, task_time, events, outbox }),
          erasure: { at: new Date(), proofs },
        },
      },
    );
    // What became of a message was told meanwhile.
    if (result.matchedCount === 0) await this.erase(uuid, proofs);
  }
}
