import { GIVE_UP_MS, nextAttemptDelay } from './retry';

const at = Date.UTC(2026, 10, 24);
const next = (failures: number, more: { now?: number; retry_after?: string } = {}) =>
  nextAttemptDelay({ failures, since: at, now: at, retry_after: null, ...more }, () => 0);

describe('a webhook that failed', () => {
  it('is retried after 5 s, and then after pauses that grow to an hour', () => {
    const pauses = Array.from({ length: 10 }, (_, index) => (next(index + 1) ?? 0) - at);
    expect(pauses.map((pause) => pause / 1_000)).toEqual([
      ...[5, 30, 120, 300, 600, 900, 1_800, 3_600, 3_600, 3_600],
    ]);
  });

  it('waits up to 20 % longer at random', () => {
    const input = { failures: 1, since: at, now: at, retry_after: null };
    expect((nextAttemptDelay(input, () => 0.999) ?? 0) - at).toBeCloseTo(6_000, -2);
  });

  it('waits at least as long as Retry-After asks for, in seconds or until a date', () => {
    expect(next(1, { retry_after: '90' })).toBe(at + 90_000);
    expect(next(1, { retry_after: new Date(at + 7_200_000).toUTCString() })).toBe(at + 7_200_000);
    expect(next(2, { retry_after: '1' })).toBe(at + 30_000);
    for (const retry_after of ['', 'soon', '-5', '1e9', '99999999999', '\u0000']) {
      expect(next(1, { retry_after })).toBe(at + 5_000);
    }
  });

  it('has its last attempt at the end of 24 h, and is parked when that fails too', () => {
    expect(next(9, { now: at + GIVE_UP_MS - 1_000 })).toBe(at + GIVE_UP_MS);
    expect(next(1, { retry_after: '999999999' })).toBe(at + GIVE_UP_MS);
    expect(next(9, { now: at + GIVE_UP_MS })).toBeNull();
  });
});
