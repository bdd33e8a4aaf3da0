/**
 * Notifies the watchers of runs, and ends those whose token was revoked. Queries MongoDB once a second for all of them
 * together.
 */
import type { RunRef } from '../../store/runs/runs';
import type { RunToken } from '../../store/runs/tokens';
import type { Ports } from '../ports';

const LOOK_MS = 1_000;

/** A subscriber to the progress of one run. */
export interface Watcher extends RunRef {
  /** Number of the last event that it has seen. */
  number: number;
  /** The token that allows to watch. */
  token: Pick<RunToken, 'id' | 'account_uuid'>;
  /** Called when the run has new events; called again after a second if it fails. */
  changed(): Promise<void>;
  /** Called when the process stops or the token was revoked. */
  stopped(): void;
}

export class ProgressWatcher {
  private readonly watchers = new Set<Watcher>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly stores: Pick<Ports, 'runs' | 'tokens'>,
    private readonly lookMs = LOOK_MS,
  ) {}

  /** Returns the number of watchers of a run in this process. */
  countOf(uuid: string): number {
    return [...this.watchers].filter((watcher) => watcher.uuid === uuid).length;
  }

  /** Returns the number of watchers of an account's runs in this process. */
  countOfAccount(accountUuid: string): number {
    return [...this.watchers].filter((watcher) => watcher.account_uuid === accountUuid).length;
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
    const { runs, tokens } = this.stores;
    const all = [...this.watchers];
    const watched = new Map(all.map((watcher) => [watcher.uuid, watcher]));
    const [numbers, active] = await Promise.all([
      runs.listNumbers([...watched.values()]).catch(() => new Map<string, number>()),
      tokens.findActive(all.map(({ token }) => token)).catch(() => null),
    ]);
    const isActive = ({ token }: Watcher) => active === null || active.has(token.id);
    for (const watcher of all) if (!isActive(watcher)) this.end(watcher);
    const late = all.filter(
      (each) => isActive(each) && (numbers.get(each.uuid) ?? 0) > each.number,
    );
    await Promise.allSettled(late.map((watcher) => watcher.changed()));
    this.timer = this.watchers.size === 0 ? undefined : this.scheduleNextPoll();
  }

  private end(watcher: Watcher): void {
    this.watchers.delete(watcher);
    watcher.stopped();
  }
}
