/**
 * Reports a failed start once. When a `beforeAll` of a file has failed, its `afterAll` meets what never started: they
 * are run, so that what did start is ended, and what they throw is not reported.
 */
const [before, after] = [beforeAll, afterAll];
/** Hooks that have begun and not succeeded. */
let unfinished = 0;

type Hook = () => unknown;

globalThis.beforeAll = (hook, timeout) => {
  before(async () => {
    unfinished += 1;
    await (hook as Hook)();
    unfinished -= 1;
  }, timeout);
};

globalThis.afterAll = (hook, timeout) => {
  after(async () => {
    try {
      await (hook as Hook)();
    } catch (error) {
      if (unfinished === 0) throw error;
    }
  }, timeout);
};
