import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../../application/domain-error';
import type { RequestCaller } from './request-context';

/**
 * Requests of a live key or token per second and process. Test mode has no such limit. In memory: a limit that is shared
 * would cost each read a round trip, and what it guards is the process itself.
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
