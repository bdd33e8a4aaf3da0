/**
 * One call at a time for each run, in the order they came. A run handles its messages one after another anyway, and a
 * Temporal server that is sent many updates for one workflow at once drops their tasks and has them executed again and
 * again.
 */
import { RunBusy } from './run-gateway';

export class Lanes {
  private readonly lanes = new Map<string, { last: Promise<unknown>; length: number }>();

  /** `capacity`: calls of one lane under way and waiting. */
  constructor(private readonly capacity: number) {}

  /** @throws RunBusy where the lane is full. */
  async enter<Result>(name: string, call: () => Promise<Result>): Promise<Result> {
    const lane = this.lanes.get(name) ?? { last: Promise.resolve(), length: 0 };
    if (lane.length >= this.capacity) throw new RunBusy('Too many messages are under way.');
    this.lanes.set(name, lane);
    lane.length += 1;
    const mine = lane.last.then(call);
    lane.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      lane.length -= 1;
      if (lane.length === 0) this.lanes.delete(name);
    }
  }
}
