import { ApplicationFailure, log } from '@temporalio/activity';
import { countEvents } from './metrics';
import { isStoreUnavailable } from '../store/connection';
import type { ProjectionBatch } from '../domain/run/projection-batch';
import { ProjectionGap, type RunStore } from '../store/runs/runs';

/**
 * Stores a batch of a run's events with the view after them. Safe to repeat: the write is guarded by the number of the
 * last stored event and by the workflow task that wrote it. Retries a gap forever and logs it: a gap is a bug or a
 * database restored from a backup, and giving up would lose the run's end.
 */
export function projectRun({ runs }: { runs: RunStore }) {
  return async (batch: ProjectionBatch): Promise<void> => {
    try {
      const outcome = await runs.project(batch);
      if (outcome === 'written') countEvents(batch);
      else log.warn('a late batch was ignored', { run_uuid: batch.view.uuid });
    } catch (error) {
      throw toFailure(error);
    }
  };
}

/** Converts a database error to a code: its message may contain personal data. */
function toFailure(error: unknown): ApplicationFailure {
  if (error instanceof ProjectionGap) {
    return ApplicationFailure.create({ message: error.message, type: 'projection_gap' });
  }
  const type = isStoreUnavailable(error) ? 'store_unavailable' : 'store_failed';
  return ApplicationFailure.create({ message: 'MongoDB did not take the events.', type });
}
