/**
 * Brings a run's events to MongoDB. Published before each wait by a local activity with two short tries, so that a caller
 * who waits for an answer reads its own writes; when that fails, by one ordinary activity that retries for ever, so that
 * an outage neither holds an answer nor fills the history.
 */
import {
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import { foldWithOutbox } from '../runs/outbox';
import type { NumberedEvent } from '../runs/events';
import type { RunView } from '../runs/view';
import type { News } from '../steps/contract';
import type { ProjectedEvent, ProjectionBatch } from '../runs/projection-batch';

const quick = proxyLocalActivities<Activities>({
  startToCloseTimeout: '800ms',
  // A connection that broke is opened anew by the second try; an outage is not waited for.
  retry: { maximumAttempts: 2, initialInterval: '50ms' },
});

const patient = proxyActivities<Activities>({
  // A worker that froze or died with it in hand is missed after this long.
  startToCloseTimeout: '3s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '1s' },
});

export class Outbox {
  private pending: ProjectedEvent[] = [];
  private publishing: Promise<void> | undefined;
  private recovering = false;
  /** How often MongoDB was to be told where the run stands, also without news, and up to which time it was. */
  private assertions = 0;
  private asserted = 0;
  /** The last event of those that an activity under way has been given to store. */
  private lent = 0;

  constructor(
    private view: RunView | null,
    /** What of the creation is sealed; goes with event 1 and is not needed after it. */
    private readonly sealed: string | undefined,
    /** Of the last batch of the execution before this one. */
    private taskTime = 0,
  ) {}

  /** Takes an event that the run has folded already, with the submission that it is about where that comes with it. */
  add(event: NumberedEvent, sealed?: string): RunView {
    const { view, entries } = foldWithOutbox(this.view, [event]);
    this.view = view;
    this.pending.push({ event, entries, ...(sealed !== undefined && { sealed }) });
    return view;
  }

  get isEmpty(): boolean {
    return this.pending.length === 0 && this.asserted === this.assertions;
  }

  /** True where nothing is being stored that somebody waits for. */
  get isSettled(): boolean {
    return this.recovering || this.isEmpty || this.isLent;
  }

  private get isLent(): boolean {
    return this.asserted === this.assertions && (this.view?.number ?? 0) <= this.lent;
  }

  /** The time of the last batch; the next execution of the run goes on from it. */
  get lastTaskTime(): number {
    return this.taskTime;
  }

  /** Has the next publication drop whatever MongoDB holds beyond the run's own events. */
  assert(): void {
    this.assertions += 1;
  }

  /** Resolves when all events so far are stored, or once it is known that they can't be stored right now. */
  publish(): Promise<void> {
    if (this.isSettled) return Promise.resolve();
    this.publishing ??= this.publishPending().finally(() => (this.publishing = undefined));
    return this.publishing;
  }

  /**
   * Gives the events so far to an activity that is about to start and stores them on its way, for nothing; call
   * `settleLoan` when it is over. What happens meanwhile is published as ever, with these. Event 1 is the API's to store.
   */
  lend(): News {
    const { after, items, task_time } = this.batch();
    this.lent = after + items.length;
    const events = items.map((item) => item.event).filter(({ number }) => number > 1);
    return { after: Math.max(1, after), events, task_time };
  }

  /** `stored`: MongoDB has them. If not, publish them. */
  settleLoan({ after, events }: News, stored: boolean): void {
    const last = events.at(-1)?.number ?? after;
    if (stored) this.pending = this.pending.filter((item) => item.event.number > last);
    this.lent = 0;
  }

  /** Resolves when all events are stored, however long that takes. */
  async flush(): Promise<void> {
    await this.publish();
    await condition(() => this.isEmpty);
  }

  private async publishPending(): Promise<void> {
    while (!this.isSettled) {
      const [batch, assertions] = [this.batch(), this.assertions];
      try {
        await CancellationScope.nonCancellable(() => quick.projectRun(batch));
        this.confirm(batch, assertions);
      } catch (error) {
        if (isCancellation(error)) throw error;
        this.assert();
        this.recovering = true;
        void this.recover();
      }
    }
  }

  private async recover(): Promise<void> {
    await CancellationScope.nonCancellable(async () => {
      while (!this.isEmpty) {
        const [batch, assertions] = [this.batch(), this.assertions];
        await patient.projectRun(batch);
        this.confirm(batch, assertions);
      }
    });
    this.recovering = false;
  }

  private batch(): ProjectionBatch {
    const items = [...this.pending];
    const { view } = this;
    if (view === null) throw new Error('nothing to publish');
    const after = view.number - items.length;
    const sealed = after === 0 ? { sealed: this.sealed ?? '' } : {};
    // Each batch is later than the one before, though a task has one time and the server's clock may be set back: a
    // try that was given up as too slow may still arrive, after the batch that took its place.
    this.taskTime = Math.max(this.taskTime + 1, Date.now());
    return { after, items, view, task_time: this.taskTime, ...sealed };
  }

  private confirm(batch: ProjectionBatch, assertions: number): void {
    this.asserted = assertions;
    this.pending = this.pending.filter((item) => item.event.number > batch.view.number);
  }
}
