import { concurrencyLimit } from './concurrency-limit';

const full = () => new Error('full');

describe('a limit of one', () => {
  it('admits one holder at a time, in the order of arrival', async () => {
    const acquire = concurrencyLimit({ parallel: 1, capacity: 10, full });
    const seen: string[] = [];
    const release = await acquire('a');
    const others = ['second', 'third'].map(async (name) => {
      const leave = await acquire('a');
      seen.push(name);
      leave();
    });
    const other = await acquire('b');
    other();
    expect(seen).toEqual([]);
    release();
    await Promise.all(others);
    expect(seen).toEqual(['second', 'third']);
  });

  it('rejects when its queue is full, and admits again after a release', async () => {
    const acquire = concurrencyLimit({ parallel: 1, capacity: 2, full });
    const release = await acquire('a');
    const waiting = acquire('a');
    await expect(acquire('a')).rejects.toThrow('full');
    release();
    (await waiting)();
    (await acquire('a'))();
  });
});

test('a key is active while it has a holder', async () => {
  const acquire = concurrencyLimit({ parallel: 1, full });
  const release = await acquire('a');
  expect([acquire.isActive('a'), acquire.isActive('b')]).toEqual([true, false]);
  release();
  expect(acquire.isActive('a')).toBe(false);
});

test('a limit without a queue admits up to its limit and rejects the next', async () => {
  const acquire = concurrencyLimit({ parallel: 2, full });
  const [first, second] = [await acquire('a'), await acquire('a')];
  await expect(acquire('a')).rejects.toThrow('full');
  second();
  const third = await acquire('a');
  await expect(acquire('a')).rejects.toThrow('full');
  first();
  third();
});

test('a caller that waited too long leaves its place to others', async () => {
  const expired = () => new Error('expired');
  const acquire = concurrencyLimit({ parallel: 1, capacity: 2, full, wait: { ms: 5, expired } });
  const release = await acquire('a');
  const waiting = acquire('a');
  expect(() => acquire.requireRoom('a')).toThrow('full');
  await expect(waiting).rejects.toThrow('expired');
  acquire.requireRoom('a');
  const next = acquire('a');
  release();
  (await next)();
  expect(acquire.isActive('a')).toBe(false);
});
