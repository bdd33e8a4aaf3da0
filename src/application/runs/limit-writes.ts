import { concurrencyLimit } from '../../concurrency-limit';
import { RunBusy } from '../../temporal/run-gateway';

/** Writes to one run that one process handles at a time; a good deal more than a person makes. */
const MAX_PARALLEL = 16;

/**
 * Handles a write to a run, by its uuid. Further ones are refused before they cost anything, so that those in progress
 * are answered in time.
 * @throws RunBusy.
 */
export const limitWrites = concurrencyLimit({
  parallel: MAX_PARALLEL,
  full: () => new RunBusy('Too many messages are in progress.'),
});
