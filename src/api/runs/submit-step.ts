import type { Json } from '../../runs/events';
import { isFinalStep } from '../../runs/outcome';
import type { StepView } from '../../runs/view';
import { stepSchema } from '../../steps/schemas';
import type { AnyStepSchema, Client } from '../../steps/schema-contract';
import type { RunRecord } from '../../store/runs';
import { openCreation, type SealedCreation } from '../../store/sealed-content';
import { parse } from '../http/parse';
import type { Reply } from '../http/route';
import { mediaRulesOf, requireMedia } from '../media/media-rules';
import { ApiError, notFound } from '../problems';
import { admit } from './admit';
import { requireOpen } from './find-run';
import { handOver, type ReadSubmission } from './hand-over';
import { requireReachable } from './send-budget';
import { TypedCode } from './typed-code';
import {
  actorOf,
  presentAnswer,
  requireCoordinates,
  stepOf,
  verdictOf,
  type Writing,
} from './write-run';
import { ownValue } from '../../runs/own-value';

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
  const { deps, reservation, caller, params } = exchange;
  const step = stepOf(run, params.uuid);
  const schema = stepSchema(step.key);
  if (schema === undefined) throw notFound('step');
  const is_repeated = isKnown(run, step, reservation.uuid);
  // An earlier try may have had its verdict: the run alone knows.
  const isFirst = !is_repeated && reservation.is_repeated !== true;
  if (isFirst) requireTurn(run, isFinalStep(step.status));
  const key = await deps.runKeys.find(run._id);
  if (key === null) throw notFound('step');
  const typed = new TypedCode(deps, run, step, key);
  const reading = { run, step, schema, typed, client };
  const creation = openCreation(key, run._id, run.sealed);
  const planned = setupOf(creation, step);
  const content = read(exchange, { ...reading, ...planned });
  requireMedia(step, mediaRulesOf(step, creation));
  const place = { id: reservation.uuid, step_uuid: step.uuid };
  if (!is_repeated) await spend(exchange, { ...reading, ...planned }, content);
  const handed = await handOver(deps, { run, place, key, content, is_repeated });
  const message = { ...place, actor: actorOf(caller), ...handed.said };
  const answer = await verdictOf(deps, handed.run, { id: place.id, ...handed }, () =>
    deps.gateway.submit(run._id, message),
  );
  // A code that is wrong was refused by now.
  void typed.credit(place.id);
  return await presentAnswer(deps, handed.run, answer);
}

interface Reading {
  run: RunRecord;
  step: StepView;
  schema: AnyStepSchema;
  typed: TypedCode;
  client: Client;
  /** Of the step, as its run was created with them. */
  setup: Json;
  resolved: Json;
}

/** Checks the form of a submission. @throws ApiError `submission_refused` or `geolocation_required`. */
function read({ body, reservation }: Submitting, reading: Reading): ReadSubmission {
  const { run, schema, typed, client, setup, resolved } = reading;
  const form = schema.dataFor?.(resolved) ?? schema.data;
  const data = parse(form, body.data, ['data'], 'submission_refused');
  const { at } = reservation;
  requireCoordinates(
    body.coordinates,
    schema.geolocation && !run.view.settings.disable_geolocation,
  );
  const codeFacts = (code: string) => typed.factsOf(code);
  const parsed = parse<unknown>(schema.setup, setup) as never;
  const { payload, facts } = schema.receive(data, {
    ...{ setup: parsed, resolved, codeFacts, client, at },
  });
  const kept = schema.keeps_data === false ? null : (data as Json);
  return { data: kept, payload, coordinates: textsOf(body.coordinates), client, facts, at };
}

/** What a submission costs beyond its run: a guess, or a message to where it says. @throws ApiError. */
async function spend(
  { deps, reservation }: Submitting,
  { run, step, schema, typed, client: { ip }, resolved }: Reading,
  { payload }: ReadSubmission,
): Promise<void> {
  await typed.spend(reservation.uuid, ip);
  const fields = schema.supplies?.(resolved) ?? [];
  await requireReachable(deps, run, { fields, payload, step, ip });
}

/** Degrees as text: kept as they were sent, not as a float prints them. */
function textsOf(coordinates: [number, number] | undefined): [string, string] | null {
  if (coordinates === undefined) return null;
  return [String(coordinates[0]), String(coordinates[1])];
}

function setupOf({ setup, resolved }: SealedCreation, { key, custom_id }: StepView) {
  const name = custom_id ?? key;
  return {
    setup: ownValue(setup, name) ?? {},
    resolved: ownValue(resolved ?? {}, name, null),
  };
}

/** Whether a former try got this far: the workflow alone knows what became of it. */
function isKnown({ submissions }: RunRecord, { submission_ids }: StepView, id: string): boolean {
  return submission_ids.includes(id) || Object.hasOwn(submissions, id);
}

/** What can never be taken any more is refused before anything is stored. The workflow decides the rest. */
function requireTurn(run: RunRecord, isOver: boolean): void {
  requireOpen(run.view);
  if (isOver) throw new ApiError('step_not_current', 'This step is finished.');
}
