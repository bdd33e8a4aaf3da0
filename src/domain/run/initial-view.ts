/** Builds the first view of a run. */
import type { EventData, NumberedEvent, PlannedStep } from './events';
import { withDestinations, type RunHashes } from './run-hashes';
import type { RunView, StepView } from './run-view';

/** Returns the view of a run after its creation. @throws Error if the event is not `run_created`: a bug. */
export function initialView(event: NumberedEvent): RunView {
  if (event.type !== 'run_created' || event.number !== 1) {
    throw new Error(`a run begins with run_created, not with ${event.type} ${event.number}`);
  }
  const { data, at } = event;
  const { settings } = data;
  return {
    uuid: data.run_uuid,
    account_uuid: data.account_uuid,
    mode: data.mode,
    settings,
    number: 1,
    times_sum: 0,
    sequence: settings.callback_url === null ? 0 : 1,
    status: 'pending',
    reason: null,
    fault: null,
    steps: data.steps.map((step) => plannedStep(step, at)),
    submission_ids: [],
    created_at: at,
    started_at: null,
    finished_at: null,
    updated_at: at,
    last_activity_at: null,
    expires_at: settings.expires_in > 0 ? at + settings.expires_in * 60_000 : null,
    expiry_held_since: null,
    ignored_signals: 0,
    ...(data.hashes && { hashes: hashesOf(data.hashes) }),
  };
}

function hashesOf(given: NonNullable<EventData['run_created']['hashes']>): RunHashes {
  const { reference, ...destinations } = given;
  return { ...withDestinations(undefined, destinations), reference };
}

function plannedStep(step: PlannedStep, at: number): StepView {
  const doneAt = step.kept === true ? at : null;
  return {
    ...step,
    status: doneAt === null ? 'pending' : 'success',
    waits_for: 'person',
    submission_ids: [],
    fault: null,
    started_at: doneAt,
    finished_at: doneAt,
    updated_at: at,
  };
}
