import { ApplicationFailure, log } from '@temporalio/activity';
import { countEvents, countRefusedProjection } from './metrics';
import { findRefusal, isStoreUnavailable } from '../store/connection';
import type { ProjectionBatch } from '../domain/run/projection-batch';
import { ProjectionGap, type RunStore } from '../store/runs/runs';
import type { StuckCause, StuckRunStore } from '../store/runs/stuck-runs';

interface Stores {
  runs: Pick<RunStore, 'project'>;
  stuckRuns: Pick<StuckRunStore, 'add'>;
}

/**
 * Stores a batch of a run's events with the view after them. Safe to repeat: the write is guarded by the number of the
 * last stored event and by the workflow task that wrote it. If MongoDB will never accept the batch, records the run as
 * stuck and throws a failure that is not retried.
 */
export function projectRun({ runs, stuckRuns }: Stores) {
  return async (batch: ProjectionBatch): Promise<void> => {
    try {
      const outcome = await runs.project(batch);
      if (outcome === 'written') countEvents(batch);
      else log.warn('a late batch was ignored', { run_uuid: batch.view.uuid });
    } catch (error) {
      const cause = causeOf(error);
      if (cause === null) throw toFailure(error);
      await recordStuck(stuckRuns, batch, cause);
      const message = 'MongoDB refuses the events.';
      throw ApplicationFailure.nonRetryable(message, cause);
    }
  };
}

/** Returns why a batch can never be stored; null if another attempt may succeed. */
function causeOf(error: unknown): StuckCause | null {
  // A gap is a bug or a database restored from a backup.
  return error instanceof ProjectionGap ? 'projection_gap' : findRefusal(error);
}

async function recordStuck(
  stuckRuns: Stores['stuckRuns'],
  { view }: ProjectionBatch,
  cause: StuckCause,
): Promise<void> {
  countRefusedProjection(cause);
  const isNew = await stuckRuns
    .add(view, { number: view.number, cause })
    .catch((error: unknown) => {
      throw toFailure(error);
    });
  if (isNew) log.error('a run cannot be stored', { run_uuid: view.uuid, cause });
}

/** Converts a database error to a code: its message may contain personal data. */
function toFailure(error: unknown): ApplicationFailure {
  const type = isStoreUnavailable(error) ? 'store_unavailable' : 'store_failed';
  return ApplicationFailure.create({ message: 'MongoDB did not take the events.', type });
}
