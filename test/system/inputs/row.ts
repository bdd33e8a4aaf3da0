/** Rows of inputs with their right answers, and their execution against one stack. */
import { concurrencyLimit } from '../../../src/platform/concurrency-limit';
import type { World } from './world';

/** Rows under way at a time. */
const WIDTH = 8;

export interface Row {
  /** Source, kind and number: `F-A-03` is the third of kind A among everyday inputs. */
  id: string;
  /** Name of the input. */
  what: string;
  /** Sends the requests and returns what is compared. */
  ask: (world: World) => Promise<unknown>;
  /** Right answer, compared by `toEqual`. */
  right: unknown;
}

/** Numbers the rows of a kind: `F-A` gives `F-A-01`, `F-A-02` and so on. */
export function numbered(kind: string, rows: readonly Omit<Row, 'id'>[]): Row[] {
  return rows.map((row, index) => ({
    id: `${kind}-${String(index + 1).padStart(2, '0')}`,
    ...row,
  }));
}

/** Starts all rows in their order, a few at a time. Returns a function that waits for the answer to one row. */
export function askAll(rows: readonly Row[], world: World): (id: string) => Promise<unknown> {
  const full = () => new Error('too many rows');
  const acquire = concurrencyLimit({ parallel: WIDTH, capacity: Infinity, full });
  const answers = new Map<string, Promise<unknown>>();
  for (const { id, ask } of rows) {
    const answer = acquire('row').then((release) => ask(world).finally(release));
    // A row that fails is reported by its own test, which may begin later.
    answer.catch(() => undefined);
    answers.set(id, answer);
  }
  return (id) => answers.get(id) ?? Promise.reject(new Error(`there is no row ${id}`));
}
