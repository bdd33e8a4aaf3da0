/** How activities fail: by a code. Messages of libraries can hold what was being written. */
import { ApplicationFailure } from '@temporalio/activity';
import { isStoreUnavailable } from '../store/connection';

/** @throws ApplicationFailure `store_unavailable`, or `activity_failed` for what is a bug; both are tried again. */
export function storeFailure(error: unknown): never {
  if (error instanceof ApplicationFailure) throw error;
  const isAway = isStoreUnavailable(error);
  const type = isAway ? 'store_unavailable' : 'activity_failed';
  const message = isAway ? 'MongoDB is out of reach.' : nameOf(error);
  throw ApplicationFailure.create({ message, type });
}

/** A run that isn't there: not yet, or its data were erased. */
export function runGone(): ApplicationFailure {
  return ApplicationFailure.create({ type: 'run_gone', message: 'The run is not there.' });
}

/** MongoDB doesn't have yet what the question is about. */
export function notStored(): ApplicationFailure {
  return ApplicationFailure.create({ type: 'not_stored', message: 'The run is not up to date.' });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}
