/** Sends the heartbeats of an activity that must not go on after another worker has taken it over. */

const BEAT_MS = 500;
/**
 * A pause this long may have cost the activity, in milliseconds: the SDK sends a heartbeat each 2 s, the server waits
 * 2.5 s for the next and starts the activity anew a second later (`calls.ts` of the step).
 */
const STILL_MS = 1_400;

export class HeartbeatMonitor {
  private readonly timer: NodeJS.Timeout;
  private last = performance.now();
  private stoodStill = false;

  constructor(private readonly heartbeat: () => void) {
    this.timer = setInterval(() => this.beat(), BEAT_MS);
  }

  /** Returns false once the process has stood still (frozen, swapped out) for so long that it may have been given up. */
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
