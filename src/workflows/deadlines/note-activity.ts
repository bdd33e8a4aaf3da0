import { MAX_EVENTS_OF_ACTIVITY } from '../../domain/run/deadline';
import type { StartMessage } from '../messages/messages';
import type { Run } from '../verification-run/run';

/** Activity within this many milliseconds of the last one is not recorded: reloading a page is one event. */
const ACTIVITY_GRAIN_MS = 5_000;
/**
 * The interval grows by one grain for each so many events, so that a month of reloads can't fill the run's document.
 */
const EVENTS_PER_GRAIN = 100;

/**
 * Records activity of the person: opens an unopened run, resumes an abandoned one and restarts the abandonment clock.
 */
export function noteActivity(
  run: Run,
  actor: StartMessage['actor'],
  submissionId: string | null,
): void {
  const { view } = run;
  if (view.started_at === null) {
    run.record('run_opened', actor, { submission_id: submissionId });
    return;
  }
  if (view.status === 'abandoned') run.record('run_resumed', actor, {});
  const grain = ACTIVITY_GRAIN_MS * Math.ceil(view.number / EVENTS_PER_GRAIN);
  const isFresh = run.now - (view.last_activity_at ?? 0) < grain;
  const hasRoom = view.number <= MAX_EVENTS_OF_ACTIVITY;
  if (submissionId !== null || (!isFresh && hasRoom)) {
    run.record('person_active', actor, { submission_id: submissionId });
  }
}
