import {
  DEFAULT_COUNTRIES,
  DEFAULT_LIMITS,
  isPumpingSuspected,
  checkDailyLimit,
  checkPhone,
  checkPrefix,
  checkSlotLimit,
  checkSpending,
} from './budget-limits';

const NOW = Date.UTC(2026, 10, 1, 12);
const MINUTE = 60_000;
const slot = (time: number) => String(Math.floor(time / (10 * MINUTE)));
const tally = (sends: Record<string, number>, verified: Record<string, number> = {}) => ({
  ...{ sends, verified, open_until: 0 },
});

describe('a phone', () => {
  it.each([
    ['+573100000000', null],
    ['+525512345678', null],
    ['+5511987654321', null],
    ['+447400123456', 'country_not_allowed'],
    ['+88213123456789', 'country_not_allowed'],
    ['+19005551234', 'premium_number'],
    ['+18005551234', 'premium_number'],
  ])('%s is allowed or refused: %p', (phone, reason) => {
    const result = checkPhone(phone, DEFAULT_COUNTRIES);
    expect(result.kind === 'taken' ? null : result.reason).toBe(reason);
  });
});

describe('a destination', () => {
  const limits = { in_10_min: 2, day: 4 };
  const at = (...minutes: number[]) =>
    Object.fromEntries(minutes.map((each) => [String(each), NOW - each * MINUTE]));

  it('is limited until ten minutes after the first send of the window', () => {
    expect(checkSpending(at(1), limits, NOW)).toEqual({ kind: 'taken' });
    expect(checkSpending(at(11, 30), limits, NOW)).toEqual({ kind: 'taken' });
    const result = checkSpending(at(4, 1), limits, NOW);
    expect(result).toEqual({ kind: 'exhausted', reason: 'destination', retry_after: 6 * 60 });
  });

  it('is limited until the next day when the daily limit is reached', () => {
    const result = checkSpending(at(600, 500, 400, 300), limits, NOW);
    expect(result).toMatchObject({ retry_after: 12 * 3_600 });
  });
});

describe('a shared limit', () => {
  it('refuses the first send above it', () => {
    const day = tally({ [slot(NOW)]: 3, [slot(NOW - 60 * MINUTE)]: 2 });
    expect(checkDailyLimit(day, 5, NOW).kind).toBe('taken');
    expect(checkDailyLimit(day, 4, NOW)).toMatchObject({ reason: 'account', retry_after: 43_200 });
    expect(checkSlotLimit(day, 3, NOW).kind).toBe('taken');
    expect(checkSlotLimit(day, 2, NOW)).toMatchObject({ reason: 'ip', retry_after: 600 });
  });
});

describe('a prefix', () => {
  const limits = { ...DEFAULT_LIMITS, prefix_sends: 10, prefix_verified_percent: 20 };

  it('is suspected of pumping when an hour has many messages and few verified codes', () => {
    expect(isPumpingSuspected(tally({ [slot(NOW)]: 9 }), limits, NOW)).toBe(false);
    expect(isPumpingSuspected(tally({ [slot(NOW)]: 10 }), limits, NOW)).toBe(true);
    const some = { [slot(NOW - 20 * MINUTE)]: 2 };
    expect(isPumpingSuspected(tally({ [slot(NOW)]: 10 }, some), limits, NOW)).toBe(false);
    expect(isPumpingSuspected(tally({ [slot(NOW)]: 11 }, some), limits, NOW)).toBe(true);
    expect(isPumpingSuspected(tally({ [slot(NOW - 70 * MINUTE)]: 99 }), limits, NOW)).toBe(false);
  });

  it('that is closed has a retry_after', () => {
    const closed = { ...tally({}), open_until: NOW + 90_000 };
    expect(checkPrefix(closed, NOW)).toMatchObject({ reason: 'prefix', retry_after: 90 });
    expect(checkPrefix(closed, NOW + 90_000).kind).toBe('taken');
  });
});
