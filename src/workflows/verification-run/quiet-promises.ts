/**
 * Skips stack traces of errors without a message. Loaded before everything else in the workflow realm. For each promise
 * the SDK reads the stack of a `new Error()`, only for the query `__stack_trace`: two fifths of a worker's workflow
 * thread and a third of the memory of a cached run (docs/decisions/0011). Errors with a message have stacks.
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
