/** Notifies the watchers of runs. Queries MongoDB once a second for all of them together. */
import type { RunRef, RunStore } from '../../store/runs/runs';

const LOOK_MS = 1_000;

/** A subscriber to the progress of one run. */
export interface Watcher extends RunRef {
  /** Number of the last event that it has seen. */
  number: number;
  /** Called when the run has new events; called again after a second if it fails. */
  changed(): Promise<void>;
  /** Called when the process stops. */
  stopped(): void;
}

export class ProgressWatcher {
  private readonly watchers = new Set<Watcher>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly runs: Pick<RunStore, 'listNumbers'>,
    private readonly lookMs = LOOK_MS,
  ) {}

  /** Returns the number of watchers of a run in this process. */
  countOf(uuid: string): number {
    return [...this.watchers].filter((watcher) => watcher.uuid === uuid).length;
  }

  /** Adds a watcher. Returns a function that removes it. */
  add(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    this.timer ??= this.scheduleNextPoll();
    return () => this.watchers.delete(watcher);
  }

  /** Ends all watches when the process stops. */
  stop(): void {
    for (const watcher of this.watchers) watcher.stopped();
    this.watchers.clear();
    clearTimeout(this.timer);
  }

  private scheduleNextPoll(): NodeJS.Timeout {
    return setTimeout(() => void this.poll(), this.lookMs).unref();
  }

  /** Queries again after a second if MongoDB is unavailable. No change is missed, because event numbers only grow. */
  private async poll(): Promise<void> {
    const all = [...this.watchers];
    const runs = new Map(all.map((watcher) => [watcher.uuid, watcher]));
    const numbers = await this.runs
      .listNumbers([...runs.values()])
      .catch(() => new Map<string, number>());
    const late = all.filter(({ uuid, number }) => (numbers.get(uuid) ?? 0) > number);
    await Promise.allSettled(late.map((watcher) => watcher.changed()));
    this.timer = this.watchers.size === 0 ? undefined : this.scheduleNextPoll();
  }
}
