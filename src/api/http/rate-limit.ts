import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ApiError } from '../problems';
import type { Caller } from './route';

/**
 * Requests of a live key or token per second and process. Test mode has no such limit. In memory: a limit that is shared
 * would cost each read a round trip, and what it guards is the process itself.
 */
export class RequestLimit {
  private readonly limiter: RateLimiterMemory;

  constructor(perSecond: number) {
    this.limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  }

  /** @throws ApiError `rate_limited`. */
  async take(caller: Caller): Promise<void> {
    if (caller.kind === 'none' || caller.tenant.mode === 'test') return;
    const who = caller.kind === 'key' ? caller.key.id : caller.token.id;
    try {
      await this.limiter.consume(who);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
      const headers = { 'Retry-After': String(seconds) };
      throw new ApiError('rate_limited', 'Too many requests with this key.', [], headers);
    }
  }
}
