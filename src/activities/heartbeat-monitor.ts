/** Interval of heartbeats, in milliseconds. They tell an activity to stop when another worker may have started it. */

const BEAT_MS = 500;
/**
 * Longest safe pause of the process, in milliseconds. The SDK sends a heartbeat every 2 s; the server waits 2.5 s for
 * the next one and starts the activity again a second later (`calls.ts` of the step).
 */
const STILL_MS = 1_400;

export class HeartbeatMonitor {
  private readonly timer: NodeJS.Timeout;
  private last = performance.now();
  private stoodStill = false;

  constructor(private readonly heartbeat: () => void) {
    this.timer = setInterval(() => this.beat(), BEAT_MS);
  }

  /**
   * Returns false after a pause of the process (frozen, swapped out) so long that the server may have started the
   * activity elsewhere.
   */
  get isLeaseSafe(): boolean {
    this.look();
    return !this.stoodStill;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    this.look();
    this.last = performance.now();
    this.heartbeat();
  }

  private look(): void {
    if (performance.now() - this.last > STILL_MS) this.stoodStill = true;
  }
}
