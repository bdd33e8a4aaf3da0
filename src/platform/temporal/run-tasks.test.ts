import type { temporal } from '@temporalio/proto';
import { TaskSearch } from './run-tasks';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const time = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1e6 });
const event = (id: number, ms: number, attributes: object = {}): HistoryEvent =>
  ({ eventId: id, eventTime: time(ms), ...attributes }) as unknown as HistoryEvent;
const started = (id: number, ms: number) =>
  event(id, ms, { workflowTaskStartedEventAttributes: {} });
const completed = (id: number, ms: number, startedEventId: number) =>
  event(id, ms, { workflowTaskCompletedEventAttributes: { startedEventId } });

/** Reads a history, given in its order. */
function isCompleted(history: HistoryEvent[], taskTime: number): boolean {
  const search = new TaskSearch(taskTime);
  for (const each of [...history].reverse()) {
    const found = search.search(each);
    if (found !== null) return found;
  }
  return false;
}

describe('TaskSearch', () => {
  const history = [
    event(1, 1_000, { workflowExecutionStartedEventAttributes: {} }),
    started(3, 2_000),
    completed(4, 2_050, 3),
    event(5, 2_050),
    started(7, 3_000),
    completed(8, 3_040, 7),
  ];

  it('returns true when the task at that time has completed, the last one or an earlier one', () => {
    for (const at of [2_000, 2_020, 2_050, 3_000, 3_040]) {
      expect([at, isCompleted(history, at)]).toEqual([at, true]);
    }
  });

  it('returns false when no task at that time has completed', () => {
    for (const at of [2_051, 2_999, 3_041, 9_000]) {
      expect([at, isCompleted(history, at)]).toEqual([at, false]);
    }
    expect(isCompleted([...history, started(10, 4_000)], 4_000)).toBe(false);
    expect(isCompleted([], 4_000)).toBe(false);
  });

  it('returns true when the run is over', () => {
    const end = event(9, 3_041, { workflowExecutionCompletedEventAttributes: {} });
    expect(isCompleted([...history, end], 3_050)).toBe(true);
  });

  it('returns true for a time within the previous execution of the run', () => {
    const start = { workflowExecutionStartedEventAttributes: { continuedExecutionRunId: 'one' } };
    const continued = [event(1, 5_000, start), started(3, 5_010), completed(4, 5_020, 3)];
    expect(isCompleted(continued, 3_040)).toBe(true);
    expect(isCompleted(continued, 5_005)).toBe(false);
  });
});
