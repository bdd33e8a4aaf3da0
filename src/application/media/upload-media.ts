import { summarizeRun, type RunSummary } from '../../domain/run/run-summary';
import type { AddedMedia } from '../../domain/run/events';
import type { Reservation } from '../../store/accounts/idempotency';
import type { RunRecord } from '../../store/runs/runs';
import type { Caller } from '../caller';
import { isRefusal } from '../domain-error';
import type { Ports } from '../ports';
import { awaitDecision, type AnsweredRun } from '../runs/write-run';
import type { UploadedFile } from './prepare-upload';

type UploadPorts = Pick<Ports, 'runs' | 'runKeys' | 'gateway' | 'logger' | 'media'>;

export interface Upload {
  caller: Pick<Caller, 'actor'>;
  run: RunRecord;
  step_uuid: string;
  /** Provides the uuid of the file, so that a repetition adds nothing. */
  reservation: Reservation;
  file: UploadedFile;
}

/**
 * Adds a file to a step after its bytes were stored. The run decides if it accepts the file.
 * @throws DomainError, for example `step_not_current`, `submission_refused`.
 */
export async function uploadMedia(
  ports: UploadPorts,
  { caller, run, step_uuid, reservation, file }: Upload,
): Promise<AnsweredRun & { added: AddedMedia & { at: number } }> {
  const { stored, ...described } = file;
  const media_uuid = reservation.uuid;
  await ports.media.assignName(run.view, stored, media_uuid);
  const message = { media_uuid, step_uuid, actor: caller.actor, ...described };
  const answer = await awaitDecision(ports, run, null, () =>
    ports.gateway.upload(run._id, message),
  ).catch((error: unknown) => acceptedBefore(ports, run, media_uuid, error));
  // If this call fails, the sweep of unconfirmed files confirms it later.
  await ports.media.confirm(run.view, media_uuid).catch(() => undefined);
  const added = answer.step?.media?.find((each) => each.media_uuid === media_uuid);
  if (added === undefined) throw new Error('a run accepted a file and its answer lacks it');
  return { run, answer, key: await ports.runKeys.find(run.view), added };
}

/**
 * Returns the run's response if it accepted the file before it ended: its projection shows the file. Removes a refused
 * file. Leaves the bytes if there is no decision, because the run may have accepted them.
 */
async function acceptedBefore(
  { runs, media }: UploadPorts,
  run: RunRecord,
  mediaUuid: string,
  error: unknown,
): Promise<RunSummary> {
  if (!isRefusal(error)) throw error;
  const view = (await runs.find(run, run._id))?.view;
  const step = view?.steps.find((each) =>
    each.media?.some(({ media_uuid }) => media_uuid === mediaUuid),
  );
  if (view !== undefined && step !== undefined) return summarizeRun(view, step.uuid);
  await media.removeNamed(run.view, mediaUuid);
  throw error;
}
