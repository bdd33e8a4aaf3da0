/**
 * Tracks the receivers, per process: limits the connections to a slow one and pauses calls to a dead one, so that
 * neither delays others.
 */
import { LRUCache } from 'lru-cache';

/** Parallel connections to one receiver. */
const AT_ONCE = 4;
/** Consecutive failures, of any runs, that open the circuit of a receiver. */
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

  /** Returns the receivers that must not be called now. */
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

  /** Returns true if this success closed the receiver's circuit: its waiting deliveries can start. */
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
