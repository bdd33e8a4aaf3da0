import type { Reply } from '../http/route';
import type { RunRecord } from '../../store/runs/runs';
import { admit } from './admit';
import { requireOpen } from './find-run';
import {
  actorOf,
  clientOf,
  isFull,
  keepSubmission,
  presentAnswer,
  verdictOf,
  type Writing,
} from './write-run';

type Starting = Writing<unknown, { coordinates?: [number, number] | undefined }>;

/** Opens a run or tells that its person is back. Coordinates are kept sealed, as a submission without data. */
export function startRun(exchange: Starting, run: RunRecord): Promise<Reply> {
  return admit(run._id, () => start(exchange, run));
}

async function start(exchange: Starting, run: RunRecord): Promise<Reply> {
  const { deps, body, reservation, caller } = exchange;
  requireOpen(run.view);
  // Where a run holds too much already, its person may still come back: without the coordinates.
  const isKept = body.coordinates !== undefined && !isFull(run);
  const submission_id = isKept ? reservation.uuid : null;
  if (body.coordinates !== undefined && isKept) {
    const [longitude, latitude] = body.coordinates;
    await keepSubmission(
      deps,
      run,
      { id: reservation.uuid, step_uuid: null },
      {
        data: null,
        payload: null,
        coordinates: [String(longitude), String(latitude)],
        client: clientOf(exchange),
        at: reservation.at,
      },
    );
  }
  const message = { actor: actorOf(caller), submission_id };
  const answer = await verdictOf(
    deps,
    run,
    submission_id === null ? null : { id: submission_id, is_kept: true },
    () => deps.gateway.open(run._id, message, reservation.uuid),
  );
  return await presentAnswer(deps, run, answer);
}
