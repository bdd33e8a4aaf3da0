import { isFinalStep } from '../../runs/outcome';
import { stepSchema } from '../../steps/schemas';
import type { Client } from '../../steps/schema-contract';
import type { RunRecord } from '../../store/runs';
import { parse } from '../http/parse';
import type { Reply } from '../http/route';
import { ApiError, notFound } from '../problems';
import { requireOpen } from './find-run';
import { openCreation } from './sealed-content';
import {
  actorOf,
  keepSubmission,
  presentAnswer,
  requireCoordinates,
  stepOf,
  verdictOf,
  type Writing,
} from './write-run';

interface SubmissionBody {
  data?: unknown;
  coordinates?: [number, number] | undefined;
}

/**
 * Takes a submission to a step: its form is checked here, its content sealed in MongoDB, and the workflow gives the
 * verdict. The submission's id is the request's reservation, so that a repetition costs no try.
 */
export async function submitStep(
  exchange: Writing<{ uuid: string }, SubmissionBody>,
  run: RunRecord,
  client: Client,
): Promise<Reply> {
  const { deps, body, reservation, caller, params } = exchange;
  const step = stepOf(run, params.uuid);
  const schema = stepSchema(step.key);
  if (schema === undefined) throw notFound('step');
  const isRepeated = step.submission_ids.includes(reservation.uuid);
  if (!isRepeated) requireTurn(run, isFinalStep(step.status));
  const data = parse(schema.data, body.data, ['data'], 'submission_refused');
  requireCoordinates(
    body.coordinates,
    schema.geolocation && !run.view.settings.disable_geolocation,
  );
  const key = await deps.runKeys.find(run._id);
  if (key === null) throw notFound('step');
  const { setup } = openCreation(key, run._id, run.sealed);
  const reception = {
    setup: parse(schema.setup, setup[step.custom_id ?? step.key] ?? {}),
    client,
    at: reservation.at,
  };
  const { payload, facts } = schema.receive(data, reception);
  const place = { id: reservation.uuid, step_uuid: step.uuid };
  const coordinates: [string, string] | null =
    body.coordinates === undefined
      ? null
      : [String(body.coordinates[0]), String(body.coordinates[1])];
  const content = { data: data, payload, coordinates, client, at: reservation.at };
  const kept = await keepSubmission(deps, run, place, content);
  const message = { ...place, actor: actorOf(caller), facts };
  const answer = await verdictOf(deps, run, place.id, () => deps.gateway.submit(run._id, message));
  return { result: await presentAnswer(deps, kept, answer) };
}

/** What can never be taken any more is refused before anything is stored. The workflow decides the rest. */
function requireTurn(run: RunRecord, isOver: boolean): void {
  requireOpen(run.view);
  if (isOver) throw new ApiError('step_not_current', 'This step is finished.');
}
