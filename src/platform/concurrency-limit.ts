interface Limit {
  /** Holders of one key at a time. */
  parallel: number;
  /** Holders and waiting ones of one key; `parallel` where none may wait. */
  capacity?: number;
  /** Creates the error of one beyond the capacity. */
  full: () => Error;
}

interface Queue {
  active: number;
  waiting: (() => void)[];
}

/**
 * Creates a function that acquires one of the places of a key, and resolves with a function that releases it; call that
 * once, in `finally`. Waiting ones get a place in the order of their arrival. Rejects with `full()` where the capacity
 * is used up.
 */
export function concurrencyLimit({ parallel, capacity = parallel, full }: Limit) {
  const queues = new Map<string, Queue>();
  return async function acquire(key: string): Promise<() => void> {
    const queue = queues.get(key) ?? { active: 0, waiting: [] };
    if (queue.active + queue.waiting.length >= capacity) throw full();
    queues.set(key, queue);
    if (queue.active < parallel) queue.active += 1;
    else await new Promise<void>((resolve) => queue.waiting.push(resolve));
    return function release() {
      // The next one takes this place over; the last one forgets the key.
      const next = queue.waiting.shift();
      if (next !== undefined) next();
      else if (--queue.active === 0) queues.delete(key);
    };
  };
}
