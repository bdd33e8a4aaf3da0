import type { Json } from '../../domain/run/events';
import { ownValue } from '../../domain/run/own-value';
import type { StepView } from '../../domain/run/view';
import type { Client, StepSchema } from '../../steps/schema-contract';
import type { Reservation } from '../../store/accounts/idempotency';
import type { RunRecord } from '../../store/runs/runs';
import { openCreation, type SealedCreation } from '../../store/runs/sealed-content';
import type { Caller } from '../caller';
import { DomainError, notFound } from '../domain-error';
import { resolveMediaRules, requireMedia } from '../media/media-rules';
import { parse } from '../parse';
import type { Ports, Settings } from '../ports';
import { findStepSchema } from '../step-schema';
import { CodeAttempt } from './code-attempt';
import { requireOpenStep, stepOf } from './find-run';
import { acquireWrite } from './limit-writes';
import { persistSubmission, type CheckedSubmission } from './persist-submission';
import { requireDestinationBudget } from './send-budget';
import { awaitDecision, type AnsweredRun } from './write-run';

type SubmitPorts = Pick<Ports, 'runs' | 'runKeys' | 'gateway' | 'budgets' | 'metrics' | 'logger'> &
  Settings<'CODE_KEYS'>;

/** Longitude and latitude in degrees (WGS 84). */
export type Coordinates = [number, number];

export interface Submission {
  caller: Pick<Caller, 'actor'>;
  run: RunRecord;
  step_uuid: string;
  /** Identifies the submission: a repetition does not count as an attempt. */
  reservation: Reservation;
  /** Raw data: the schema of the step parses it. */
  data?: unknown;
  coordinates?: Coordinates | undefined;
  /** IP address and user agent of the person. */
  client: Client;
}

/**
 * Submits data to a step: validates and seals it, and sends it to the workflow, which decides.
 * @throws DomainError, for example `submission_refused`, `code_incorrect`, `step_not_current`.
 */
export async function submitStep(ports: SubmitPorts, submission: Submission): Promise<AnsweredRun> {
  const { run, step_uuid, reservation, caller, client } = submission;
  const release = await acquireWrite(run._id);
  try {
    const step = stepOf(run, step_uuid);
    const id = reservation.uuid;
    const is_repeated = isKnown(run, step, id);
    // An earlier attempt may have been decided: only the run knows.
    if (!is_repeated && reservation.is_repeated !== true) requireOpenStep(run, step);
    const opened = await openStep(ports, run, step);
    const { key, creation } = opened;
    const attempt = new CodeAttempt(ports, run, step, key);
    const content = checkSubmission(submission, opened, attempt);
    requireMedia(step, resolveMediaRules(step, creation));
    if (!is_repeated) {
      await attempt.spend(id, client.ip);
      const fields = opened.schema.supplies?.(opened.resolved) ?? [];
      await requireDestinationBudget(ports, run, {
        fields,
        payload: content.payload,
        step,
        ip: client.ip,
      });
    }
    const place = { id, step_uuid: step.uuid };
    const persisted = await persistSubmission(ports, { run, place, key, content, is_repeated });
    const answer = await awaitDecision(ports, persisted.run, persisted, () =>
      ports.gateway.submit(run._id, { ...place, actor: caller.actor, ...persisted.sent }),
    );
    // Not reached for a wrong code.
    void attempt.credit(id);
    return { run: persisted.run, answer, key };
  } finally {
    release();
  }
}

/** A step with the decrypted configuration of its run's creation. */
interface OpenedStep {
  key: Buffer;
  creation: SealedCreation;
  schema: StepSchema;
  setup: Json;
  resolved: Json;
}

/** @throws DomainError `not_found` if the personal data of the run were erased. */
async function openStep(
  { runKeys }: Pick<Ports, 'runKeys'>,
  run: RunRecord,
  step: StepView,
): Promise<OpenedStep> {
  const schema = findStepSchema(step.key);
  const key = await runKeys.find(run.view);
  if (schema === undefined || key === null) throw notFound('step');
  const creation = openCreation(key, run._id, run.sealed);
  const name = step.custom_id ?? step.key;
  const { setup, resolved } = creation;
  return {
    ...{ key, creation, schema },
    setup: ownValue(setup, name) ?? {},
    resolved: ownValue(resolved ?? {}, name, null),
  };
}

/** Validates a submission. @throws DomainError `submission_refused` or `geolocation_required`. */
function checkSubmission(
  { run, data: sent, coordinates, client, reservation: { at } }: Submission,
  { schema, setup, resolved }: OpenedStep,
  attempt: CodeAttempt,
): CheckedSubmission {
  const data = parse(
    schema.dataFor?.(resolved) ?? schema.data,
    sent,
    ['data'],
    'submission_refused',
  );
  if (coordinates === undefined && schema.geolocation && !run.view.settings.disable_geolocation) {
    throw geolocationRequired();
  }
  const { payload, facts } = schema.receive(data, {
    setup: parse(schema.setup, setup),
    resolved,
    codeFacts: (code) => attempt.factsOf(code),
    client,
    at,
  });
  // The schema returns JSON, since the data were parsed from JSON.
  const kept = schema.keeps_data === false ? null : (data as Json);
  return { data: kept, payload, coordinates: formatCoordinates(coordinates), client, facts, at };
}

/** Converts degrees to text, so that they are stored exactly as sent. */
export function formatCoordinates(coordinates: Coordinates | undefined): [string, string] | null {
  if (coordinates === undefined) return null;
  return [String(coordinates[0]), String(coordinates[1])];
}

/** Returns true if an earlier attempt stored the submission: only the workflow knows its decision. */
function isKnown({ submissions }: RunRecord, { submission_ids }: StepView, id: string): boolean {
  return submission_ids.includes(id) || Object.hasOwn(submissions, id);
}

function geolocationRequired(): DomainError {
  const details = [{ path: 'coordinates', message: 'is required' }];
  const message = 'Send where the person is as coordinates.';
  return new DomainError('geolocation_required', message, { details });
}
