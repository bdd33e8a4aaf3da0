/**
 * Reports a failed start once. After a failed `beforeAll` of a file, `afterAll` hooks still run to end processes, but
 * their errors are not reported.
 */
const [before, after] = [beforeAll, afterAll];
/** Hooks that have started and not succeeded. */
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
