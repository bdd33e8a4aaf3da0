/** The one durable timer of a run. It serves whichever deadline is next. */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import { publicText } from '../converters/payload-converter';

interface Armed {
  /** When it fires, in milliseconds since the epoch by the server's clock: a sandbox moves the run's on alone. */
  at: number;
  scope: CancellationScope;
}

/**
 * A timer that is set anew only for an earlier time. A deadline that moves on lets the timer fire where it stands, and
 * its owner sets it again: one timer a period instead of one an activity.
 */
export class DeadlineTimer {
  private armed: Armed | undefined;

  /** True where no timer runs that fires in `duration` milliseconds or before. */
  isLateFor(duration: number): boolean {
    return this.armed === undefined || this.armed.at > Date.now() + duration;
  }

  /** Sets the timer, in place of a later one. `summary` is shown in the Temporal UI. */
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
