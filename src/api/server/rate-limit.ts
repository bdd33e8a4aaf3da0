import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../../application/domain-error';
import type { RequestCaller } from './request-context';

/**
 * Limits the requests of a live key or token per second and process. Test mode has no such limit. Counted in memory: a
 * shared limit would cost each read a round trip, and this one protects the process itself.
 */
export class RequestLimit {
  private readonly limiter: RateLimiterMemory;

  constructor(perSecond: number) {
    this.limiter = new RateLimiterMemory({ points: perSecond, duration: 1 });
  }

  /** @throws DomainError `rate_limited`. */
  async consume(caller: RequestCaller): Promise<void> {
    if (caller.kind === 'none' || caller.tenant.mode === 'test') return;
    const who = caller.kind === 'key' ? caller.key.id : caller.token.id;
    try {
      await this.limiter.consume(who);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const retry_after = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
      throw new DomainError('rate_limited', 'Too many requests with this key.', { retry_after });
    }
  }
}
