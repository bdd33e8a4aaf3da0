/** Gateway from the API to runs in Temporal: start, open, submit, act. Reads never use it. */
import type { Receipt } from '../../domain/otp/messages';
import type { RunSummary, UnstoredBatch } from '../../domain/run/run-summary';
import type { Json } from '../../domain/run/events';
import type {
  ResendMessage,
  ActionMessage,
  RunInput,
  StartMessage,
  SubmitMessage,
  UploadMessage,
} from '../../workflows/messages/messages';

/** A receipt of a step's message, as reported by its provider. */
export interface ReceiptMessage extends Receipt {
  step_uuid: string;
}

/** A run to start. Starting the same uuid again is no error: there is only one run for it. */
export interface NewRun {
  input: Extract<RunInput, { kind: 'new' }>;
  /** Keyed hash of the caller's reference; null without one. */
  external_reference_hash: string | null;
  request_id: string;
}

/**
 * Every call ends within its own deadline, with a response or one of the errors below. A call that ended as unavailable
 * may have taken effect: a repetition with the same ids gets the same decision.
 */
export interface RunGateway {
  /** Returns the time of the run's creation in milliseconds since the epoch, possibly by an earlier attempt. */
  start(run: NewRun): Promise<number>;
  open(uuid: string, message: StartMessage, updateId: string): Promise<RunSummary>;
  submit(uuid: string, message: SubmitMessage): Promise<RunSummary>;
  upload(uuid: string, message: UploadMessage): Promise<RunSummary>;
  resend(uuid: string, message: ResendMessage, updateId: string): Promise<RunSummary>;
  act(uuid: string, message: ActionMessage, updateId: string): Promise<RunSummary>;
  advance(uuid: string, minutes: number, updateId: string): Promise<RunSummary>;
  /** Reports the result of a send to a run; no error if the run is over. */
  report(uuid: string, message: ReceiptMessage): Promise<void>;
  /** Makes the run publish its state to MongoDB again, after a call that ended as unavailable. */
  reconcile(uuid: string): Promise<void>;
  /** Resolves if Temporal responds. @throws TemporalUnavailable. */
  ping(): Promise<void>;
}

/** Thrown when the run refuses: `code` is a code of the API (`already_finished`, `expired`, `step_not_current`, …). */
export class RunRefused extends Error {
  override readonly name = 'RunRefused';
  constructor(
    readonly code: string,
    message: string,
    readonly details: Json = null,
    /** Last event before the refusal that MongoDB may lack. */
    readonly unstored: UnstoredBatch | null = null,
  ) {
    super(message);
  }
}

/** Thrown when Temporal can't be reached, or no worker responded in time. */
export class TemporalUnavailable extends Error {
  override readonly name = 'TemporalUnavailable';
}

/** Thrown when too many messages to this run are in progress. */
export class RunBusy extends Error {
  override readonly name = 'RunBusy';
}
