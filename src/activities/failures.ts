/** Failures of activities, identified by a code. Messages of libraries may contain personal data. */
import { ApplicationFailure } from '@temporalio/activity';
import { isStoreUnavailable } from '../store/connection';

/** @throws ApplicationFailure `store_unavailable`, or `activity_failed` for a bug. Temporal retries both. */
export function storeFailure(error: unknown): never {
  if (error instanceof ApplicationFailure) throw error;
  const isAway = isStoreUnavailable(error);
  const type = isAway ? 'store_unavailable' : 'activity_failed';
  const message = isAway ? 'MongoDB is out of reach.' : nameOf(error);
  throw ApplicationFailure.create({ message, type });
}

/** Returns the failure for a run that is not in MongoDB: not yet, or its data were erased. */
export function runGone(): ApplicationFailure {
  return ApplicationFailure.create({ type: 'run_gone', message: 'The run is not there.' });
}

/** Returns the failure for events that MongoDB doesn't have yet. */
export function notStored(): ApplicationFailure {
  return ApplicationFailure.create({ type: 'not_stored', message: 'The run is not up to date.' });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}
