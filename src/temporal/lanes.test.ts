import { Lanes } from './lanes';
import { RunBusy } from './run-gateway';

/** A call that ends when it is told to. */
function held() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { call: () => ended, end };
}

describe('a lane', () => {
  it('lets one call through at a time, in order, whatever became of the one before', async () => {
    const lanes = new Lanes(10);
    const seen: string[] = [];
    const first = held();
    const calls = [
      lanes.enter('a', async () => {
        seen.push('first begins');
        await first.call();
        seen.push('first fails');
        throw new Error('refused');
      }),
      lanes.enter('a', () => Promise.resolve(seen.push('second'))),
    ];
    await lanes.enter('b', () => Promise.resolve(seen.push('other lane')));
    expect(seen).toEqual(['first begins', 'other lane']);
    first.end();
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
    ]);
    expect(seen.slice(2)).toEqual(['first fails', 'second']);
  });

  it('that is full refuses, and takes calls again when there is room', async () => {
    const lanes = new Lanes(2);
    const first = held();
    const calls = [lanes.enter('a', first.call), lanes.enter('a', () => Promise.resolve())];
    await expect(lanes.enter('a', () => Promise.resolve())).rejects.toThrow(RunBusy);
    first.end();
    await Promise.all(calls);
    await expect(lanes.enter('a', () => Promise.resolve('in'))).resolves.toBe('in');
  });
});
