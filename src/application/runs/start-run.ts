import type { Client } from '../../steps/schema-contract';
import type { Reservation } from '../../store/accounts/idempotency';
import type { RunRecord } from '../../store/runs/runs';
import type { Caller } from '../caller';
import type { Ports } from '../ports';
import { DomainError } from '../domain-error';
import { requireOpen } from './find-run';
import { acquireWrite } from './limit-writes';
import { hasTooManySubmissions, storeSubmission } from './persist-submission';
import { formatCoordinates, type Coordinates } from './submit-step';
import { awaitDecision, type AnsweredRun } from './write-run';

type StartPorts = Pick<Ports, 'runs' | 'runKeys' | 'gateway' | 'logger'>;

export interface Start {
  caller: Pick<Caller, 'actor'>;
  run: RunRecord;
  reservation: Reservation;
  coordinates?: Coordinates | undefined;
  client: Client;
}

/**
 * Opens a run, or reports that its person is active. Stores coordinates sealed, as a submission without data.
 * @throws DomainError `expired`, `already_finished`.
 */
export async function startRun(ports: StartPorts, start: Start): Promise<AnsweredRun> {
  const { caller, run, reservation } = start;
  const release = await acquireWrite(run._id);
  try {
    // An earlier attempt may have been accepted: only the workflow knows its decision.
    if (reservation.is_repeated !== true) requireOpen(run.view);
    const stored = await storeCoordinates(ports, start);
    const submission_id = stored === null ? null : reservation.uuid;
    const answer = await awaitDecision(
      ports,
      stored ?? run,
      submission_id === null ? null : { id: submission_id, is_stored: true },
      () => ports.gateway.open(run._id, { actor: caller.actor, submission_id }, reservation.uuid),
    );
    return { run, answer, key: await ports.runKeys.find(run.view) };
  } finally {
    release();
  }
}

/**
 * Stores the coordinates of a start, if there are any. Returns the run with them. Null if it has no room for them: a
 * full run can still be opened.
 */
async function storeCoordinates(
  ports: StartPorts,
  { run, reservation: { uuid: id, at }, coordinates, client }: Start,
): Promise<RunRecord | null> {
  if (coordinates === undefined || hasTooManySubmissions(run)) return null;
  const content = { data: null, payload: null, coordinates: formatCoordinates(coordinates) };
  try {
    const place = { id, step_uuid: null };
    return (await storeSubmission(ports, run, place, { ...content, client, at })).run;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'too_large') return null;
    throw error;
  }
}
