/** Messages that a run handles, with their wire names. The workflow and its clients share them. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { RunSummary } from '../../domain/run/run-summary';
import type { Actor, AddedMedia, EventOf, Json } from '../../domain/run/events';
import type { RunStatus } from '../../domain/run/outcome';
import type { RunView } from '../../domain/run/view';

/** Workflow type of a run. */
export const VERIFICATION_RUN = 'verificationRun';
/** Workflow type that delivers a report to its run after a delay. */
export const DELAYED_REPORT = 'delayedReport';

/**
 * Input of a run. `sealed`: the personal part of its creation, encrypted under the run's key. It is sent with event 1
 * so that the worker can write the projection if the API died before writing it. A run continued as new carries its
 * view.
 */
export type RunInput =
  | { kind: 'new'; created: EventOf<'run_created'>; sealed: string; prepared?: PreparedStep }
  | { kind: 'carried'; view: RunView; task_time: number };

/** Data that the API prepared for a step when it created the run. Saves the run's first task the work. */
export interface PreparedStep {
  step_uuid: string;
  /** Only the step type's own module reads this. */
  content: object;
}

/** Result of the workflow. */
export interface RunResult {
  status: RunStatus;
  reason: string | null;
}

/**
 * Opens a run, or reports that its person is active. `submission_id` names the sealed coordinates sent with it, if any.
 */
export interface StartMessage {
  actor: Extract<Actor, 'person' | 'integrator'>;
  submission_id: string | null;
}

/**
 * A submission to a step. Its content is sealed in MongoDB under `id` before the workflow receives it, or is sent as
 * `sealed` if little more than the facts needs storing. `facts`: the values that the step decides by (digests, never
 * clear values).
 */
export interface SubmitMessage {
  id: string;
  step_uuid: string;
  actor: Extract<Actor, 'person' | 'integrator'>;
  facts: Json;
  /** Encrypted under the run's key, base64. Stored with the accepting event; dropped if the submission is refused. */
  sealed?: string;
}

/** Asks the current step to send again. */
export interface ResendMessage {
  step_uuid: string;
  actor: Extract<Actor, 'person' | 'integrator'>;
}

/** A file for the current step, with its bytes stored already. Its `media_uuid` is also the id of the update. */
export interface UploadMessage extends AddedMedia {
  step_uuid: string;
  actor: Extract<Actor, 'person' | 'integrator'>;
  /** Maximum number of files in the collection, from the setup of the step. */
  max_files: number;
}

/** Actions of the run itself; step types declare others. */
export type RunAction = 'cancel' | 'approve_step' | 'reject_step';

/** A staff action by REST. `by`: the name of the API key, or the name given with it. */
export interface ActionMessage {
  action: string;
  by: string;
  reason: string;
  actor: Extract<Actor, 'staff' | 'integrator'>;
  /** Further input of the action, parsed by the step type. */
  details?: Record<string, Json>;
}

/** A message from outside about something that a step sent. */
export interface StepReport {
  step_uuid: string;
  /** Only the step type's own module reads this. */
  report: object;
}

/** Input of the workflow that delivers a report after a delay. */
export interface DelayedReport extends StepReport {
  run_uuid: string;
}

export const startUpdate = defineUpdate<RunSummary, [StartMessage]>('start');
export const submitUpdate = defineUpdate<RunSummary, [SubmitMessage]>('submit');
export const resendUpdate = defineUpdate<RunSummary, [ResendMessage]>('resend');
export const uploadUpdate = defineUpdate<RunSummary, [UploadMessage]>('upload');
export const actionUpdate = defineUpdate<RunSummary, [ActionMessage]>('action');

/** Cancels the run. Staff may send it from the Temporal UI or CLI as `{"by": "…", "reason": "…"}`, encoded or not. */
export const cancelSignal = defineSignal<[unknown]>('cancel');

/** Approves what is in review. Staff may send it like `cancel`. */
export const approveStepSignal = defineSignal<[unknown]>('approve_step');
export const rejectStepSignal = defineSignal<[unknown]>('reject_step');

export const reportSignal = defineSignal<[StepReport]>('report');

/** Moves the run's clock forward by some minutes; deadlines on the way are handled in order. Sandbox only. */
export const advanceUpdate = defineUpdate<RunSummary, [{ minutes: number }]>('advance');

/**
 * Makes the run publish its state to MongoDB again. Sent when an event may have been lost together with the worker and
 * the server: events stored by an uncompleted workflow task are void.
 */
export const reconcileSignal = defineSignal('reconcile');

/** Returns the run's own view, for tests, drift checks and operators. The API never reads it. */
export const viewQuery = defineQuery<RunView>('view');
