import { todayInMexico, parseDay, yearsBetween } from './dates';

it('parseDay returns null for a day that is not in the calendar', () => {
  expect(parseDay(2000, 2, 29)).toBe('2000-02-29');
  expect([parseDay(1900, 2, 29), parseDay(2026, 0, 1), parseDay(2026, 4, 31)]).toEqual([
    null,
    null,
    null,
  ]);
});

it('todayInMexico returns the previous day until 06:00 UTC', () => {
  expect(todayInMexico(Date.parse('2026-11-24T05:59:59Z'))).toBe('2026-11-23');
  expect(todayInMexico(Date.parse('2026-11-24T06:00:00Z'))).toBe('2026-11-24');
});

it('yearsBetween counts a year on the birthday', () => {
  expect(yearsBetween('1990-11-24', '2026-11-23')).toBe(35);
  expect(yearsBetween('1990-11-24', '2026-11-24')).toBe(36);
  expect(yearsBetween('2008-02-29', '2026-02-28')).toBe(17);
  expect(yearsBetween('2008-02-29', '2026-03-01')).toBe(18);
});
