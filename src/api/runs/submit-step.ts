import type { Json } from '../../runs/events';
import { isFinalStep } from '../../runs/outcome';
import type { StepView } from '../../runs/view';
import { stepSchema } from '../../steps/schemas';
import type { AnyStepSchema, Client } from '../../steps/schema-contract';
import type { RunRecord } from '../../store/runs';
import { parse } from '../http/parse';
import type { Reply } from '../http/route';
import { ApiError, notFound } from '../problems';
import { admit } from './admit';
import { requireOpen } from './find-run';
import { requireReachable, type Supplied } from './send-budget';
import { TypedCode } from './typed-code';
import { openCreation, type SealedCreation } from '../../store/sealed-content';
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

type Submitting = Writing<{ uuid: string }, SubmissionBody>;

/**
 * Takes a submission to a step: its form is checked here, its content sealed in MongoDB, and the workflow gives the
 * verdict. The submission's id is the request's reservation, so that a repetition costs no try.
 */
export function submitStep(exchange: Submitting, run: RunRecord, client: Client): Promise<Reply> {
  return admit(run._id, () => submit(exchange, run, client));
}

async function submit(exchange: Submitting, run: RunRecord, client: Client): Promise<Reply> {
  const { deps, body, reservation, caller, params } = exchange;
  const step = stepOf(run, params.uuid);
  const schema = stepSchema(step.key);
  if (schema === undefined) throw notFound('step');
  const isRepeated = isKnown(run, step, reservation.uuid);
  if (!isRepeated) requireTurn(run, isFinalStep(step.status));
  const key = await deps.runKeys.find(run._id);
  if (key === null) throw notFound('step');
  const { setup, resolved } = setupOf(openCreation(key, run._id, run.sealed), step);
  const form = schema.dataFor?.(resolved) ?? schema.data;
  const data = parse(form, body.data, ['data'], 'submission_refused');
  requireCoordinates(
    body.coordinates,
    schema.geolocation && !run.view.settings.disable_geolocation,
  );
  const typed = new TypedCode(deps, run, step, key);
  const reception = {
    setup: parse<unknown>(schema.setup, setup) as never,
    resolved,
    codeFacts: (code: string) => typed.factsOf(code),
    client,
    at: reservation.at,
  };
  const { payload, facts } = schema.receive(data, reception);
  const place = { id: reservation.uuid, step_uuid: step.uuid };
  const supplied = { fields: fieldsOf(schema, resolved), payload, step, ip: client.ip };
  if (!isRepeated) await spend(exchange, run, typed, supplied);
  const coordinates = textsOf(body.coordinates);
  const kept_data = schema.keeps_data === false ? null : (data as Json);
  const content = { data: kept_data, payload, coordinates, client, facts, at: reservation.at };
  const kept = await keepSubmission(deps, run, place, content);
  const message = { ...place, actor: actorOf(caller), facts: kept.submission.facts ?? facts };
  const answer = await verdictOf(deps, run, place.id, () => deps.gateway.submit(run._id, message));
  // A code that is wrong was refused by now.
  void typed.credit(place.id);
  return { result: await presentAnswer(deps, kept.run, answer) };
}

/** What a submission costs beyond its run: a guess, or a message to where it says. @throws ApiError. */
async function spend(
  { deps, reservation }: Submitting,
  run: RunRecord,
  typed: TypedCode,
  supplied: Supplied,
): Promise<void> {
  await typed.spend(reservation.uuid, supplied.ip);
  await requireReachable(deps, run, supplied);
}

function fieldsOf(schema: AnyStepSchema, resolved: Json): Supplied['fields'] {
  return schema.supplies?.(resolved) ?? [];
}

/** Degrees as text: kept as they were sent, not as a float prints them. */
function textsOf(coordinates: [number, number] | undefined): [string, string] | null {
  if (coordinates === undefined) return null;
  return [String(coordinates[0]), String(coordinates[1])];
}

function setupOf({ setup, resolved }: SealedCreation, { key, custom_id }: StepView) {
  const name = custom_id ?? key;
  return { setup: setup[name] ?? {}, resolved: resolved?.[name] ?? null };
}

/** Whether a former try got this far: the workflow alone knows what became of it. */
function isKnown({ submissions }: RunRecord, { submission_ids }: StepView, id: string): boolean {
  return submission_ids.includes(id) || submissions[id] !== undefined;
}

/** What can never be taken any more is refused before anything is stored. The workflow decides the rest. */
function requireTurn(run: RunRecord, isOver: boolean): void {
  requireOpen(run.view);
  if (isOver) throw new ApiError('step_not_current', 'This step is finished.');
}
