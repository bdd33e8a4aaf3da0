import { concurrencyLimit } from '../../platform/concurrency-limit';
import { RunBusy } from '../../platform/temporal/run-gateway';

/** Writes to one run that one process handles in parallel: far more than a person causes. */
const MAX_PARALLEL = 16;

/**
 * Acquires a slot for a write to a run, by its uuid; release it afterwards. Refuses further writes early, so that those
 * in progress finish in time.
 * @throws RunBusy.
 */
export const acquireWrite = concurrencyLimit({
  parallel: MAX_PARALLEL,
  full: () => new RunBusy('Too many messages are in progress.'),
});
