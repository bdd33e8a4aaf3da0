import { RecentAccounts } from './recent-accounts';

const MINUTE_MS = 60_000;

test('an account is alone until another one sends a request, and ten minutes after it', () => {
  const recent = new RecentAccounts();
  recent.add('a', 0);
  recent.add('a', 1);
  expect(recent.hasOther('a', 1)).toBe(false);
  expect(recent.hasOther('b', 1)).toBe(true);
  recent.add('b', 2);
  recent.add('a', 3);
  recent.add('a', 4);
  expect(recent.hasOther('a', 9 * MINUTE_MS)).toBe(true);
  expect(recent.hasOther('a', 11 * MINUTE_MS)).toBe(false);
});

test('of three accounts each has others', () => {
  const recent = new RecentAccounts();
  for (const account of ['a', 'b', 'c', 'c']) recent.add(account, 0);
  expect(['a', 'b', 'c'].map((account) => recent.hasOther(account, 1))).toEqual([true, true, true]);
});
