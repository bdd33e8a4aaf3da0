/** The messages a run understands, with their wire names. The API knows workflows by this file alone. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { RunSummary } from '../../domain/run/run-summary';
import type { Actor, AddedMedia, EventOf, Json } from '../../domain/run/events';
import type { RunStatus } from '../../domain/run/outcome';
import type { RunView } from '../../domain/run/view';

/** Workflow type of a run. */
export const VERIFICATION_RUN = 'verificationRun';
/** Workflow type of a report that reaches its run later. */
export const DELAYED_REPORT = 'delayedReport';

/**
 * Input of a run. `sealed` is what is personal in its creation, under the run's key; it travels beside event 1 so that
 * the worker can write the projection where the API died before it did. A run continued as new carries its view.
 */
export type RunInput =
  | { kind: 'new'; created: EventOf<'run_created'>; sealed: string; prepared?: PreparedStep }
  | { kind: 'carried'; view: RunView; task_time: number };

/** Data that the API prepared for a step when it created the run. Saves the run's first task the work. */
export interface PreparedStep {
  step_uuid: string;
  /** Only the step type's own module reads it. */
  content: object;
}

/** What the workflow answers when it is over. */
export interface RunResult {
  status: RunStatus;
  reason: string | null;
}

/** Opens a run, or tells that its person is back. `submission_id` names the sealed coordinates that came with it, if any. */
export interface StartMessage {
  actor: Extract<Actor, 'person' | 'integrator'>;
  submission_id: string | null;
}

/**
 * One submission to a step. Its content is sealed in MongoDB under `id` before the workflow hears of it, or travels
 * along as `sealed` where little more than the facts is worth keeping; `facts` is the little that the step's behaviour
 * decides by (digests, never clear values).
 */
export interface SubmitMessage {
  id: string;
  step_uuid: string;
  actor: Extract<Actor, 'person' | 'integrator'>;
  facts: Json;
  /** Under the run's key, base64: kept with the event that the submission was taken, and not where it is refused. */
  sealed?: string;
}

/** Asks the current step to repeat what it sent. */
export interface ResendMessage {
  step_uuid: string;
  actor: Extract<Actor, 'person' | 'integrator'>;
}

/** A file for the current step, whose bytes are stored already. Its `media_uuid` is the id of the update too. */
export interface UploadMessage extends AddedMedia {
  step_uuid: string;
  actor: Extract<Actor, 'person' | 'integrator'>;
  /** Files that the collection takes, by the setup of the step. */
  max_files: number;
}

/** Actions of the run itself; step types declare others. */
export type RunAction = 'cancel' | 'approve_step' | 'reject_step';

/** A staff action by REST; `by` is the name of the key that was used, or the name given with it. */
export interface ActionMessage {
  action: string;
  by: string;
  reason: string;
  actor: Extract<Actor, 'staff' | 'integrator'>;
  /** Further input of the action, parsed by the step type. */
  details?: Record<string, Json>;
}

/** A message from outside about something that a step did. */
export interface StepReport {
  step_uuid: string;
  /** Only the step type's own module reads it. */
  report: object;
}

/** Input of a report that reaches its run later. */
export interface DelayedReport extends StepReport {
  run_uuid: string;
}

export const startUpdate = defineUpdate<RunSummary, [StartMessage]>('start');
export const submitUpdate = defineUpdate<RunSummary, [SubmitMessage]>('submit');
export const resendUpdate = defineUpdate<RunSummary, [ResendMessage]>('resend');
export const uploadUpdate = defineUpdate<RunSummary, [UploadMessage]>('upload');
export const actionUpdate = defineUpdate<RunSummary, [ActionMessage]>('action');

/** Staff may send it from the Temporal UI or CLI as `{"by": "…", "reason": "…"}`, in plain or encoded. */
export const cancelSignal = defineSignal<[unknown]>('cancel');

/** A reviewer's decision on what is in review; staff may send it as `cancel`. */
export const approveStepSignal = defineSignal<[unknown]>('approve_step');
export const rejectStepSignal = defineSignal<[unknown]>('reject_step');

export const reportSignal = defineSignal<[StepReport]>('report');

/** Moves the run's clock on by so many minutes; what falls due on the way happens in order. Sandbox only. */
export const advanceUpdate = defineUpdate<RunSummary, [{ minutes: number }]>('advance');

/**
 * Has the run tell MongoDB where it stands. Sent where a message may have been lost together with the worker and the
 * server that held it: what that worker had stored by then never came true.
 */
export const reconcileSignal = defineSignal('reconcile');

/** The run's own view, for tests, drift checks and operators. Reads of the API never use it. */
export const viewQuery = defineQuery<RunView>('view');
