import type { Client } from '../../steps/schema-contract';
import type { Reservation } from '../../store/accounts/idempotency';
import type { RunRecord } from '../../store/runs/runs';
import type { Caller } from '../caller';
import type { Ports } from '../ports';
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
  const { caller, run, reservation, coordinates, client } = start;
  const release = await acquireWrite(run._id);
  try {
    // An earlier attempt may have been accepted: only the workflow knows its decision.
    if (reservation.is_repeated !== true) requireOpen(run.view);
    // A run with the maximum number of submissions can still be opened, without the coordinates.
    const id = coordinates === undefined || hasTooManySubmissions(run) ? null : reservation.uuid;
    if (id !== null) {
      const place = { id, step_uuid: null };
      const content = { data: null, payload: null, coordinates: formatCoordinates(coordinates) };
      await storeSubmission(ports, run, place, { ...content, client, at: reservation.at });
    }
    const answer = await awaitDecision(
      ports,
      run,
      id === null ? null : { id, is_stored: true },
      () =>
        ports.gateway.open(run._id, { actor: caller.actor, submission_id: id }, reservation.uuid),
    );
    return { run, answer, key: await ports.runKeys.find(run.view) };
  } finally {
    release();
  }
}
