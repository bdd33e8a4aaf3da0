import { todayInMexico, parseDay, yearsBetween } from './dates';

it('a day is one of the calendar', () => {
  expect(parseDay(2000, 2, 29)).toBe('2000-02-29');
  expect([parseDay(1900, 2, 29), parseDay(2026, 0, 1), parseDay(2026, 4, 31)]).toEqual([
    null,
    null,
    null,
  ]);
});

it('in Mexico it is still yesterday when a day begins in UTC', () => {
  expect(todayInMexico(Date.parse('2026-11-24T05:59:59Z'))).toBe('2026-11-23');
  expect(todayInMexico(Date.parse('2026-11-24T06:00:00Z'))).toBe('2026-11-24');
});

it('a year is over on the birthday', () => {
  expect(yearsBetween('1990-11-24', '2026-11-23')).toBe(35);
  expect(yearsBetween('1990-11-24', '2026-11-24')).toBe(36);
  expect(yearsBetween('2008-02-29', '2026-02-28')).toBe(17);
  expect(yearsBetween('2008-02-29', '2026-03-01')).toBe(18);
});
