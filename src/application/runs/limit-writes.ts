import { concurrencyLimit } from '../../platform/concurrency-limit';
import { RunBusy } from '../../platform/temporal/run-gateway';

/** Writes to one run that one process handles at a time; a good deal more than a person makes. */
const MAX_PARALLEL = 16;

/**
 * Acquires a place for a write to a run, by its uuid; release it afterwards. Further writes are refused before they cost
 * anything, so that those in progress are answered in time.
 * @throws RunBusy.
 */
export const acquireWrite = concurrencyLimit({
  parallel: MAX_PARALLEL,
  full: () => new RunBusy('Too many messages are in progress.'),
});
