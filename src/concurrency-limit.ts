interface Limit {
  /** Calls with the same key that run at once. */
  parallel: number;
  /** Calls with the same key that run or wait; `parallel` where none may wait. */
  capacity?: number;
  /** Creates the error of a call beyond the capacity. */
  full: () => Error;
}

interface Queue {
  active: number;
  waiting: (() => void)[];
}

/**
 * Creates a function that limits how many calls with one key run at once. Waiting calls start in the order of their
 * arrival, whatever became of those before. Rejects with `full()` where the capacity is used up.
 */
export function concurrencyLimit({ parallel, capacity = parallel, full }: Limit) {
  const queues = new Map<string, Queue>();
  return async function limited<Result>(key: string, call: () => Promise<Result>): Promise<Result> {
    const queue = queues.get(key) ?? { active: 0, waiting: [] };
    if (queue.active + queue.waiting.length >= capacity) throw full();
    queues.set(key, queue);
    if (queue.active < parallel) queue.active += 1;
    else await new Promise<void>((resolve) => queue.waiting.push(resolve));
    try {
      return await call();
    } finally {
      // The next call takes this one's place; the last one forgets the key.
      const next = queue.waiting.shift();
      if (next !== undefined) next();
      else if (--queue.active === 0) queues.delete(key);
    }
  };
}
