/**
 * How the receivers fare, as one process sees it: a slow one gets few connections and a dead one is asked now and then,
 * so that neither keeps others waiting.
 */
import { LRUCache } from 'lru-cache';

/** Connections to one receiver at a time. */
const AT_ONCE = 4;
/** So many failures in a row, whatever the run, and a receiver is let rest. */
const PATIENCE = 5;
const MAX_REST_MS = 60_000;
const MAX_KNOWN = 10_000;

interface Receiver {
  active: number;
  failures: number;
  rests_until: number;
}

export class CircuitBreaker {
  private readonly states = new LRUCache<string, Receiver>({ max: MAX_KNOWN });

  /** Receivers that nothing more is to be sent to now. */
  openCircuits(now: number): string[] {
    return [...this.states.entries()].flatMap(([endpoint, receiver]) => {
      const { active, failures, rests_until } = receiver;
      const limit = failures < PATIENCE ? AT_ONCE : 1;
      return active >= limit || rests_until > now ? [endpoint] : [];
    });
  }

  enter(endpoint: string): void {
    this.stateFor(endpoint).active += 1;
  }

  leave(endpoint: string): void {
    const receiver = this.stateFor(endpoint);
    receiver.active = Math.max(0, receiver.active - 1);
    if (receiver.active === 0 && receiver.failures === 0) this.states.delete(endpoint);
  }

  /** True where the receiver was resting and is back: what waits for it need wait no longer. */
  succeeded(endpoint: string): boolean {
    const receiver = this.stateFor(endpoint);
    const isBack = receiver.failures >= PATIENCE;
    Object.assign(receiver, { failures: 0, rests_until: 0 });
    return isBack;
  }

  failed(endpoint: string, now: number): void {
    const receiver = this.stateFor(endpoint);
    receiver.failures += 1;
    const beyond = receiver.failures - PATIENCE;
    if (beyond >= 0) receiver.rests_until = now + Math.min(MAX_REST_MS, 1_000 * 2 ** beyond);
  }

  private stateFor(endpoint: string): Receiver {
    const known = this.states.get(endpoint) ?? { active: 0, failures: 0, rests_until: 0 };
    this.states.set(endpoint, known);
    return known;
  }
}
