import { digestOfCode } from '../../crypto/codes';
import type { Keyring } from '../../crypto/keyring';
import { attemptsLeft } from '../../nips/readings';
import { currentOf } from '../../nips/state';
import type { Json } from '../../runs/events';
import { isFinalStep } from '../../runs/outcome';
import { policyOf } from '../../runs/step-nip';
import type { StepView } from '../../runs/view';
import { stepSchema } from '../../steps/schemas';
import type { Client } from '../../steps/schema-contract';
import type { RunRecord } from '../../store/runs';
import type { ApiDependencies } from '../dependencies';
import { parse } from '../http/parse';
import type { Reply } from '../http/route';
import { ApiError, notFound } from '../problems';
import { requireOpen } from './find-run';
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
  const key = await deps.runKeys.find(run._id);
  if (key === null) throw notFound('step');
  const { setup, resolved } = setupOf(openCreation(key, run._id, run.sealed), step);
  const form = schema.dataFor?.(resolved) ?? schema.data;
  const data = parse(form, body.data, ['data'], 'submission_refused');
  requireCoordinates(
    body.coordinates,
    schema.geolocation && !run.view.settings.disable_geolocation,
  );
  let isGuess = false;
  const reception = {
    setup: parse<unknown>(schema.setup, setup) as never,
    resolved,
    codeFacts: (code: string) => {
      isGuess = true;
      return codeFactsOf(deps.config.CODE_KEYS, run, step, code);
    },
    client,
    at: reservation.at,
  };
  const { payload, facts } = schema.receive(data, reception);
  const place = { id: reservation.uuid, step_uuid: step.uuid };
  if (isGuess && !isRepeated) await requireGuess(deps, run, step, place.id);
  const coordinates = textsOf(body.coordinates);
  const kept_data = schema.keeps_data === false ? null : (data as Json);
  const content = { data: kept_data, payload, coordinates, client, facts, at: reservation.at };
  const kept = await keepSubmission(deps, run, place, content);
  const message = { ...place, actor: actorOf(caller), facts: kept.submission.facts ?? facts };
  const answer = await verdictOf(deps, run, place.id, () => deps.gateway.submit(run._id, message));
  return { result: await presentAnswer(deps, kept.run, answer) };
}

/** Guesses are budgeted beyond the run too. @throws ApiError `guesses_exhausted`. */
async function requireGuess(
  { budgets }: ApiDependencies,
  { _id: run_uuid, account_uuid }: RunRecord,
  step: StepView,
  key: string,
): Promise<void> {
  const current = step.nip === undefined ? undefined : currentOf(step.nip);
  if (current === undefined) return;
  const attempts_left = attemptsLeft(policyOf(step), current);
  const verdict = await budgets.takeGuess({ key, account_uuid, run_uuid, attempts_left });
  if (verdict.kind === 'taken') return;
  const headers = { 'Retry-After': String(verdict.retry_after ?? 60) };
  throw new ApiError('guesses_exhausted', 'Too many codes were typed. Wait.', [], headers);
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

/** What of a typed code the workflow hears: a digest under the key of the code that is awaited. */
function codeFactsOf(
  keys: Keyring,
  run: RunRecord,
  { uuid, nip }: StepView,
  code: string,
): { order: number; digest: string } | null {
  const current = nip === undefined ? undefined : currentOf(nip);
  if (current?.issue == null) return null;
  const { order, issue } = current;
  const place = { run_uuid: run._id, step_uuid: uuid, order };
  return { order, digest: digestOfCode(keys, issue.key_id, place, code) };
}

/** What can never be taken any more is refused before anything is stored. The workflow decides the rest. */
function requireTurn(run: RunRecord, isOver: boolean): void {
  requireOpen(run.view);
  if (isOver) throw new ApiError('step_not_current', 'This step is finished.');
}
