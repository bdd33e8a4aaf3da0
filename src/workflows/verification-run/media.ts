/**
 * Handles files uploaded to a step. The run stores the non-personal facts of each file and decides if it is accepted.
 */
import type { ApplicationFailure } from '@temporalio/workflow';
import type { AddedMedia } from '../../domain/run/events';
import { nextStep, type StepView } from '../../domain/run/view';
import { refusal, refuse, requireOpen, requireTurn } from './guards';
import type { UploadMessage } from '../messages/messages';
import type { Run } from './run';
import { endIfLate } from '../deadlines/watch-deadline';

/** Maximum number of files in a run. Each is part of the view, which is copied with every batch of events. */
const MAX_FILES_PER_RUN = 100;

/**
 * Records an uploaded file. `showUp` opens an unopened run, or records that its person is active.
 * @throws ApplicationFailure if the run does not accept the file.
 */
export async function recordMedia(
  run: Run,
  message: UploadMessage,
  showUp: () => Promise<void>,
): Promise<void> {
  if (holdsMedia(run, message)) return;
  await endIfLate(run);
  requireUploadable(run, message);
  await showUp();
  // Opening the run may have ended it, or moved it past this step.
  requireUploadable(run, message);
  const { step_uuid, actor, media_uuid, collection, mime, size, sha256 } = message;
  run.record('media_added', actor, { media_uuid, collection, mime, size, sha256 }, step_uuid);
}

/** Returns true for a repetition of an accepted upload: the first response was lost, so the decision is the same. */
function holdsMedia(run: Run, { media_uuid, step_uuid }: UploadMessage): boolean {
  const step = run.view.steps.find((each) => each.uuid === step_uuid);
  return step !== undefined && mediaOf(step).some((each) => each.media_uuid === media_uuid);
}

/** @throws ApplicationFailure if the run does not accept the file now. */
export function requireUploadable(run: Run, message: UploadMessage): void {
  if (holdsMedia(run, message)) return;
  requireOpen(run);
  const { collection, step_uuid, max_files } = message;
  // A step in review was submitted already: what its reviewer sees must not change.
  requireTurn(run, step_uuid);
  const step = nextStep(run.view);
  if (step === undefined) throw refusal(run);
  const inCollection = mediaOf(step).filter((each) => each.collection === collection);
  if (inCollection.length >= max_files) throw full(run, `takes no more than ${max_files} files`);
  if (run.view.steps.flatMap(mediaOf).length >= MAX_FILES_PER_RUN) {
    throw full(run, `is of a workflow that accepts at most ${MAX_FILES_PER_RUN} files`);
  }
}

function mediaOf({ media }: StepView): readonly AddedMedia[] {
  return media ?? [];
}

function full(run: Run, message: string): ApplicationFailure {
  const details = [{ path: 'collection', message }];
  const text = 'This step accepts no more files.';
  return refuse(run, 'submission_refused', text, details);
}
