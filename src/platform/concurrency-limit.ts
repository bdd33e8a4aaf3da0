interface Limit {
  /** Maximum parallel holders of a key. A function is called at each change. */
  parallel: number | ((key: string) => number);
  /** Maximum holders and waiting callers of a key; `parallel` if none may wait. */
  capacity?: number | ((key: string) => number);
  /** Creates the error for a caller beyond the capacity. */
  full: () => Error;
  /** Maximum time a caller waits, in milliseconds, and the error for one that waited so long; absent: no limit. */
  wait?: { ms: number; expired: () => Error };
}

export interface ConcurrencyLimit {
  /** Resolves with the function that releases the slot. */
  (key: string): Promise<() => void>;
  isActive(key: string): boolean;
  /** Throws `full()` if the key has no room for another caller. */
  requireRoom(key: string): void;
}

interface Queue {
  active: number;
  /** Functions that give a waiting caller its slot, in the order of arrival. */
  waiting: Set<() => void>;
}

/**
 * Creates a function that acquires a slot of a key, and resolves with a function that releases it; call that once, in
 * `finally`. Waiting callers get slots in the order of arrival. Rejects with `full()` beyond the capacity, and with
 * `wait.expired()` after too long a wait. `isActive` returns true while a key has holders.
 */
export function concurrencyLimit(limit: Limit): ConcurrencyLimit {
  const { parallel, capacity = parallel, full, wait } = limit;
  const parallelOf = typeof parallel === 'number' ? () => parallel : parallel;
  const capacityOf = typeof capacity === 'number' ? () => capacity : capacity;
  const queues = new Map<string, Queue>();
  const requireRoom = (key: string) => {
    const { active = 0, waiting } = queues.get(key) ?? {};
    if (active + (waiting?.size ?? 0) >= capacityOf(key)) throw full();
  };
  const acquire = async (key: string): Promise<() => void> => {
    requireRoom(key);
    const queue: Queue = queues.get(key) ?? { active: 0, waiting: new Set() };
    queues.set(key, queue);
    if (queue.waiting.size === 0 && queue.active < parallelOf(key)) queue.active += 1;
    else await waitIn(queue, wait);
    return function release() {
      queue.active -= 1;
      for (const next of queue.waiting) {
        if (queue.active >= parallelOf(key)) break;
        queue.active += 1;
        next();
      }
      if (queue.active === 0) queues.delete(key);
    };
  };
  return Object.assign(acquire, { isActive: (key: string) => queues.has(key), requireRoom });
}

function waitIn({ waiting }: Queue, wait: Limit['wait']): Promise<void> {
  return new Promise((resolve, reject) => {
    const start = () => {
      waiting.delete(start);
      clearTimeout(timer);
      resolve();
    };
    const leave = ({ expired }: NonNullable<Limit['wait']>) => {
      waiting.delete(start);
      reject(expired());
    };
    const timer = wait && setTimeout(() => leave(wait), wait.ms);
    waiting.add(start);
  });
}
