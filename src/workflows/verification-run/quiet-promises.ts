/**
 * Loaded before everything else in the realm of workflows. For each promise there the SDK asks `new Error()` for its
 * stack, for the query `__stack_trace` alone: that was two fifths of a worker's workflow thread and a third of what a
 * cached run holds (docs/decisions/0011). An error without a text has no stack here; those that code throws keep theirs.
 */
globalThis.Error = new Proxy(Error, {
  construct(target, given: unknown[], caller) {
    if (given.length > 0 || caller !== globalThis.Error) {
      return Reflect.construct(target, given, caller) as Error;
    }
    return Object.create(target.prototype, { stack: { value: '' } }) as Error;
  },
});

export {};
