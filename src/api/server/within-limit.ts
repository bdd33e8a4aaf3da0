import { setTimeout as sleep } from 'node:timers/promises';
import { unavailable } from '../../application/domain-error';

/**
 * Waits for work. If it takes too long, it continues without its caller: a repetition with the same key gets its
 * response.
 * @throws DomainError `unavailable`.
 */
export async function withinLimit<Result>(work: Promise<Result>, limitMs: number): Promise<Result> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      work,
      sleep(limitMs, undefined, { signal: timer.signal }).then(() => {
        throw unavailable();
      }),
    ]);
  } finally {
    timer.abort();
  }
}
