interface Limit {
  /** Maximum parallel holders of a key. */
  parallel: number;
  /** Maximum holders and waiting callers of a key; `parallel` if none may wait. */
  capacity?: number;
  /** Creates the error for a caller beyond the capacity. */
  full: () => Error;
}

interface ConcurrencyLimit {
  /** Resolves with the function that releases the slot. */
  (key: string): Promise<() => void>;
  isActive(key: string): boolean;
}

interface Queue {
  active: number;
  waiting: (() => void)[];
}

/**
 * Creates a function that acquires a slot of a key, and resolves with a function that releases it; call that once, in
 * `finally`. Waiting callers get slots in the order of arrival. Rejects with `full()` beyond the capacity. `isActive`
 * returns true while a key has holders.
 */
export function concurrencyLimit({ parallel, capacity = parallel, full }: Limit): ConcurrencyLimit {
  const queues = new Map<string, Queue>();
  const acquire = async (key: string): Promise<() => void> => {
    const queue = queues.get(key) ?? { active: 0, waiting: [] };
    if (queue.active + queue.waiting.length >= capacity) throw full();
    queues.set(key, queue);
    if (queue.active < parallel) queue.active += 1;
    else await new Promise<void>((resolve) => queue.waiting.push(resolve));
    return function release() {
      // The next caller gets this slot; the last one removes the key.
      const next = queue.waiting.shift();
      if (next !== undefined) next();
      else if (--queue.active === 0) queues.delete(key);
    };
  };
  return Object.assign(acquire, { isActive: (key: string) => queues.has(key) });
}
