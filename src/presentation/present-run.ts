/** Presents runs and steps with every field of the Workflows API (REM Tools' public documentation). */
import { nextDeadline } from '../domain/run/deadline';
import type { RunError } from '../domain/run/outcome';
import { nextStep, waitingFor, type RunView, type StepView } from '../domain/run/view';
import { stepSchema } from '../steps/schemas';
import type { RunRecord } from '../store/runs/runs';
import { timestamp, timestampOrNull } from '../domain/run/timestamps';
import { runClock, stepPayload, listSubmissions } from './step-payload';
import { openCreation, type SealedCreation } from '../store/runs/sealed-content';

/**
 * Presents a run with its steps. `found` is its key, or null if it was destroyed: then personal data are null, except
 * stored proofs. `now`: time of the run's clock, in milliseconds.
 */
export function presentRun(run: RunRecord, found: Buffer | null, now = runClock(run)) {
  const { view } = run;
  const key = usable(run, found);
  const { settings } = view;
  const creation = key === null ? null : openCreation(key, view.uuid, run.sealed);
  return {
    uuid: view.uuid,
    responsible_uuid: settings.responsible_uuid,
    people_uuid: settings.people_uuid,
    status: view.status,
    disable_geolocation: settings.disable_geolocation,
    started_at: timestampOrNull(view.started_at),
    finished_at: timestampOrNull(view.finished_at),
    lead_uuid: null,
    credit_uuid: null,
    error: presentFault(view.fault, view.uuid),
    callback_url: settings.callback_url,
    callback_at: timestampOrNull(run.callback_at?.getTime() ?? null),
    expires_in: settings.expires_in,
    ...presentCreation(creation),
    ...presentRules(view, creation),
    updated_at: timestamp(view.updated_at),
    created_at: timestamp(view.created_at),
    steps: view.steps.map((step) => presentStep(run, step, key, now)),
    mode: view.mode,
    language: settings.language,
    abandon_after: settings.abandon_after,
    recovery: null,
    ...presentWaiting(view),
    reason: view.reason,
    restarted_from: settings.restarted_from,
    personal_data_erased_at: erasedAt(run),
  };
}

/** Presents the sealed part of the creation; null after its erasure. */
function presentCreation(creation: SealedCreation | null) {
  const {
    template_binding_uuid = null,
    document_uuid = null,
    user_email = null,
  } = creation?.autofill ?? {};
  return {
    external_reference_id: creation?.external_reference_id ?? null,
    metadata: creation?.metadata ?? null,
    ...{ template_binding_uuid, document_uuid, user_email },
  };
}

function presentRules({ settings }: RunView, creation: SealedCreation | null) {
  const { skip_steps = null } = creation ?? {};
  return { skip_steps, rule_set_uuid: settings.rule_set_uuid ?? null };
}

/** Presents a step with its payload and the coordinates of its submissions. */
export function presentStep(
  run: RunRecord,
  step: StepView,
  found: Buffer | null,
  now = runClock(run),
) {
  const { view } = run;
  const key = usable(run, found);
  const submissions = key === null ? [] : listSubmissions(run, step, key);
  const schema = stepSchema(step.key);
  return {
    uuid: step.uuid,
    workflow_uuid: view.uuid,
    custom_id: step.custom_id,
    coordinates: submissions.flatMap(({ coordinates }) =>
      coordinates === null ? [] : [coordinates],
    ),
    error: presentFault(step.fault, step.uuid),
    metadata: {
      name: step.key,
      title: schema?.title ?? step.key,
      description: schema?.description ?? '',
    },
    status: step.status,
    step: step.key,
    started_at: timestampOrNull(step.started_at),
    finished_at: timestampOrNull(step.finished_at),
    payload: stepPayload(run, step, key, now),
    updated_at: timestamp(step.updated_at),
    created_at: timestamp(view.created_at),
  };
}

/** Ignores the key of an erased run, which a process may have cached for some seconds. */
function usable({ erasure }: RunRecord, key: Buffer | null): Buffer | null {
  return erasure === undefined ? key : null;
}

function erasedAt({ erasure }: RunRecord): string | null {
  return timestampOrNull(erasure?.at.getTime() ?? null);
}

/** Presents the progress of a run for responses to writes. */
export function presentProgress(view: RunView) {
  const { waiting_for, deadline_at } = presentWaiting(view);
  return {
    uuid: view.uuid,
    status: view.status,
    current_step_uuid: nextStep(view)?.uuid ?? null,
    waiting_for,
    deadline_at,
  };
}

function presentWaiting(view: RunView) {
  const deadline = nextDeadline(view);
  return {
    waiting_for: waitingFor(view),
    deadline_at: timestampOrNull(deadline?.at ?? null),
    on_deadline: deadline?.action ?? null,
  };
}

/** Presents an error in the format of the Workflows API. `stack` contains the stable code, never a stack trace. */
function presentFault(fault: RunError | null, errorId: string) {
  if (fault === null) return null;
  const details = { reason: fault.reason, error_id: errorId, stack: fault.code };
  return { fatal: true, extra: fault.extra ?? {}, details };
}
