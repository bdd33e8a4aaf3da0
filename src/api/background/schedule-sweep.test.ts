import { pino } from 'pino';
import { scheduleSweep } from './schedule-sweep';

const EVERY_MS = 60_000;

describe('a sweep', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  let lines: { level: number; msg: string }[];
  const start = (sweep: () => Promise<void>) => {
    lines = [];
    const sink = { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[0]) };
    const logger = pino({ level: 'info' }, sink);
    return scheduleSweep({ every_ms: EVERY_MS, logger, fault: 'not yet' }, sweep);
  };

  it('runs at once, then again and again until it is stopped', async () => {
    const sweep = jest.fn(() => Promise.resolve());
    const stop = start(sweep);
    expect(sweep).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(2 * EVERY_MS);
    expect(sweep).toHaveBeenCalledTimes(3);
    stop();
    await jest.advanceTimersByTimeAsync(2 * EVERY_MS);
    expect(sweep).toHaveBeenCalledTimes(3);
  });

  it('that fails is told of and tried again, but an outage of the database is told by others', async () => {
    const outage = Object.assign(new Error('away'), { name: 'MongoNetworkError' });
    const sweep = jest
      .fn(() => Promise.resolve())
      .mockRejectedValueOnce(outage)
      .mockRejectedValueOnce(new Error('the bucket is away'));
    const stop = start(sweep);
    await jest.advanceTimersByTimeAsync(0);
    expect(lines).toEqual([]);
    await jest.advanceTimersByTimeAsync(2 * EVERY_MS);
    stop();
    expect(lines.map(({ msg }) => msg)).toEqual(['not yet']);
    expect(sweep).toHaveBeenCalledTimes(3);
  });

  it('that takes long is not joined by the next one', async () => {
    const sweep = jest.fn(() => new Promise<void>(() => undefined));
    const stop = start(sweep);
    await jest.advanceTimersByTimeAsync(3 * EVERY_MS);
    stop();
    expect(sweep).toHaveBeenCalledTimes(1);
  });
});
