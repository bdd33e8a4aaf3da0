import { concurrencyLimit } from './concurrency-limit';

/** A call that ends when it is told to. */
function held() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { call: () => ended, end };
}

const full = () => new Error('full');

describe('a limit of one', () => {
  it('lets one call through at a time, in order, whatever became of the one before', async () => {
    const limit = concurrencyLimit({ parallel: 1, capacity: 10, full });
    const seen: string[] = [];
    const first = held();
    const calls = [
      limit('a', async () => {
        seen.push('first begins');
        await first.call();
        seen.push('first fails');
        throw new Error('refused');
      }),
      limit('a', () => Promise.resolve(seen.push('second'))),
      limit('a', () => Promise.resolve(seen.push('third'))),
    ];
    await limit('b', () => Promise.resolve(seen.push('other key')));
    expect(seen).toEqual(['first begins', 'other key']);
    first.end();
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(seen.slice(2)).toEqual(['first fails', 'second', 'third']);
  });

  it('that is full refuses, and takes calls again when there is room', async () => {
    const limit = concurrencyLimit({ parallel: 1, capacity: 2, full });
    const first = held();
    const calls = [limit('a', first.call), limit('a', () => Promise.resolve())];
    await expect(limit('a', () => Promise.resolve())).rejects.toThrow('full');
    first.end();
    await Promise.all(calls);
    await expect(limit('a', () => Promise.resolve('in'))).resolves.toBe('in');
  });
});

test('a limit without a queue runs as many calls as it may, and refuses the next', async () => {
  const limit = concurrencyLimit({ parallel: 2, full });
  const [first, second] = [held(), held()];
  const calls = [limit('a', first.call), limit('a', second.call)];
  await expect(limit('a', () => Promise.resolve())).rejects.toThrow('full');
  second.end();
  await calls[1];
  await expect(limit('a', () => Promise.resolve('in'))).resolves.toBe('in');
  first.end();
  await calls[0];
});
