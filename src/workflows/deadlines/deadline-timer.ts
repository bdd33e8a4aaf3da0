/** The only durable timer of a run. It serves the next deadline, whichever it is. */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import { publicText } from '../converters/payload-converter';

interface Armed {
  /** Fire time, in milliseconds since the epoch by the server's clock (a sandbox only moves the run's clock). */
  at: number;
  scope: CancellationScope;
}

/**
 * A timer that is replaced only by an earlier time. When a deadline moves to a later time, the timer still fires at the
 * old one and its owner starts it again: one timer a period instead of one for each activity.
 */
export class DeadlineTimer {
  private armed: Armed | undefined;

  /** Returns true if no timer fires within `duration` milliseconds. */
  isLateFor(duration: number): boolean {
    return this.armed === undefined || this.armed.at > Date.now() + duration;
  }

  /** Starts the timer, and cancels a later one. `summary` is shown in the Temporal UI. */
  arm(duration: number, summary: string): void {
    this.disarm();
    this.armed = { at: Date.now() + duration, scope: new CancellationScope() };
    void this.wait(this.armed, duration, summary);
  }

  disarm(): void {
    this.armed?.scope.cancel();
    this.armed = undefined;
  }

  private async wait(armed: Armed, duration: number, summary: string): Promise<void> {
    const milliseconds = Math.max(1, duration);
    try {
      await armed.scope.run(() => sleep(milliseconds, { summary: publicText(summary) }));
      if (this.armed === armed) this.armed = undefined;
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }
}
