import { DeliverySlots } from './delivery-slots';

const slot = (account_uuid: string, host: string | number) => ({
  account_uuid,
  url: `https://${host}.example/hooks`,
});

test('the account with the fewest slots is next, up to a quarter of them', () => {
  const slots = new DeliverySlots();
  expect(slots.nextOf([])).toBeUndefined();
  for (let count = 0; count < 24; count += 1) slots.enter(slot('a', count));
  slots.enter(slot('b', 1));
  expect(slots.nextOf(['a', 'b', 'c'])).toBe('c');
  expect(slots.nextOf(['a', 'b'])).toBe('b');
  expect(slots.nextOf(['a'])).toBe('a');
  slots.enter(slot('a', 24));
  expect(slots.nextOf(['a'])).toBeUndefined();
  slots.leave(slot('a', 0));
  expect(slots.nextOf(['a'])).toBe('a');
});

test('an origin has twenty slots for all accounts, and a process a hundred', () => {
  const slots = new DeliverySlots();
  for (let count = 0; count < 20; count += 1) slots.enter(slot(String(count), 'one'));
  expect(slots.fullOrigins()).toEqual(['https://one.example']);
  slots.leave(slot('0', 'one'));
  expect(slots.fullOrigins()).toEqual([]);
  for (let count = 0; count < 81; count += 1) {
    expect(slots.isFull).toBe(false);
    slots.enter(slot('a', count));
  }
  expect(slots.isFull).toBe(true);
});
