/**
 * Publishes a run's pending events to MongoDB before each wait. Tries a local activity twice within 1.6 s, so that a
 * caller reads its own write. On failure, hands over to one ordinary activity that retries until it succeeds, so that
 * an outage neither delays a response nor fills the history. If MongoDB refuses the events for good, the run goes on
 * without them: they are tried again once at each message, never by a timer.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activities } from '../../activities';
import type { UnstoredBatch } from '../../domain/run/run-summary';
import { foldWithWebhooks } from '../../domain/run/outbox';
import type { NumberedEvent } from '../../domain/run/events';
import type { RunView } from '../../domain/run/view';
import type { StepEvents } from '../../domain/run/step-events';
import type { PendingEvents } from '../../steps/contract';
import type { ProjectedEvent, ProjectionBatch } from '../../domain/run/projection-batch';
import { AttachedEvents, type EventSource } from './attached-events';

const quick = proxyLocalActivities<Pick<Activities, 'projectRun'>>({
  startToCloseTimeout: '800ms',
  // The second try reopens a broken connection. It does not wait for an outage to end.
  retry: { maximumAttempts: 2, initialInterval: '50ms' },
});

const patient = proxyActivities<Pick<Activities, 'projectRun'>>({
  // Temporal retries after this time if the worker froze or died.
  startToCloseTimeout: '3s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '1s' },
});

export class ProjectionPublisher implements EventSource {
  private pending: ProjectedEvent[] = [];
  private publishing: Promise<void> | undefined;
  private recovering = false;
  /** True if MongoDB refused the pending events for good at the last attempt. */
  private refused = false;
  /** Number of requests to write the view even without new events, and of those done. */
  private assertions = 0;
  private asserted = 0;
  private readonly attached = new AttachedEvents();
  /** The last event that was put into a batch, and the time of the first batch with that event. */
  private batched = { number: 0, task_time: 0 };

  constructor(
    private view: RunView | null,
    private readonly modules: readonly StepEvents[],
    /** Sealed part of the creation; sent with event 1 and not needed after it. */
    private readonly sealed: string | undefined,
    /** Time of the last batch of the previous execution. */
    private taskTime = 0,
  ) {}

  /** Folds an event and adds it to the pending ones, with the sealed submission that it accepts, if any. */
  add(event: NumberedEvent, sealed?: string): RunView {
    const { view, entries } = foldWithWebhooks(this.view, [event], this.modules);
    this.view = view;
    this.pending.push({ event, entries, ...(sealed !== undefined && { sealed }) });
    return view;
  }

  get isEmpty(): boolean {
    return this.pending.length === 0 && this.asserted === this.assertions;
  }

  /** Returns the events that MongoDB may lack; null if it has all of them. */
  get unstored(): UnstoredBatch | null {
    if (this.isEmpty || this.view === null) return null;
    const { uuid, number } = this.view;
    const isBatched = this.batched.number === number;
    // The next batch is later than the last one.
    return { uuid, number, task_time: isBatched ? this.batched.task_time : this.taskTime + 1 };
  }

  /** True if MongoDB refused the pending events for good. */
  get isRefused(): boolean {
    return this.refused;
  }

  /** True if no publication is in progress that a caller waits for. */
  get isSettled(): boolean {
    return this.recovering || this.refused || this.isEmpty || this.isAttached;
  }

  private get isAttached(): boolean {
    return this.asserted === this.assertions && this.attached.includes(this.view?.number ?? 0);
  }

  /** Time of the last batch. The next execution of the run continues from it. */
  get lastTaskTime(): number {
    return this.taskTime;
  }

  /** Makes the next publication remove all events in MongoDB that this run does not have. */
  assert(): void {
    this.assertions += 1;
  }

  /**
   * Resolves when all events so far are stored, or when it is known that MongoDB is unavailable or refuses them.
   */
  publish(): Promise<void> {
    this.refused = false;
    if (this.isSettled) return Promise.resolve();
    this.publishing ??= this.publishPending().finally(() => (this.publishing = undefined));
    return this.publishing;
  }

  attachPendingEvents(): PendingEvents {
    const { after, items, task_time } = this.batch();
    const events = items.map(({ event }) => event);
    return this.attached.attach(after, events, task_time);
  }

  confirmAttached(pending: PendingEvents, stored: boolean): void {
    this.forgetUpTo(this.attached.confirm(pending, stored));
  }

  /** Resolves when all events are stored. Has no time limit. */
  async flush(): Promise<void> {
    await this.publish();
    await condition(() => this.isEmpty);
  }

  /** Returns true when all events are stored, false when MongoDB refuses them for good. Has no time limit. */
  async tryFlush(): Promise<boolean> {
    await this.publish();
    await condition(() => this.isEmpty || this.refused);
    return this.isEmpty;
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
        this.refused = isRefusal(error);
        if (this.refused) return;
        this.recovering = true;
        void this.recover();
      }
    }
  }

  private async recover(): Promise<void> {
    await CancellationScope.nonCancellable(async () => {
      while (!this.isEmpty && !this.refused) {
        const [batch, assertions] = [this.batch(), this.assertions];
        try {
          await patient.projectRun(batch);
          this.confirm(batch, assertions);
        } catch (error) {
          if (!isRefusal(error)) throw error;
          this.refused = true;
        }
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
    // Each batch has a later time than the one before. A workflow task has a single time, and the server's clock may be
    // set back; a try that was given up as too slow may still arrive after the batch that replaced it.
    this.taskTime = Math.max(this.taskTime + 1, Date.now());
    if (this.batched.number < view.number) {
      this.batched = { number: view.number, task_time: this.taskTime };
    }
    return { after, items, view, task_time: this.taskTime, ...sealed };
  }

  private confirm(batch: ProjectionBatch, assertions: number): void {
    this.asserted = assertions;
    this.forgetUpTo(batch.view.number);
  }

  private forgetUpTo(number: number): void {
    this.pending = this.pending.filter(({ event }) => event.number > number);
  }
}

/** Returns true if another attempt can't succeed. A local activity throws its failure without an `ActivityFailure`. */
function isRefusal(error: unknown): boolean {
  const failure = error instanceof ActivityFailure ? error.cause : error;
  return failure instanceof ApplicationFailure && failure.nonRetryable === true;
}
