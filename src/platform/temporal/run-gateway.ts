/** Runs as the API reaches them in Temporal: start, open, submit, act. Reads never come here. */
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

/** A receipt of a message that a step sent, as its provider gives it. */
export interface ReceiptMessage extends Receipt {
  step_uuid: string;
}

/** A run to start. Starting the same uuid again is no fault: there is one run for ever. */
export interface NewRun {
  input: Extract<RunInput, { kind: 'new' }>;
  /** Keyed hash of the caller's reference, null without one. */
  external_reference_hash: string | null;
  request_id: string;
}

/**
 * Every call ends within its own deadline, by an answer or by one of the errors below. A call that ended as unavailable
 * may have taken effect: repeated with the same ids it gives the same verdict.
 */
export interface RunGateway {
  /** Answers when the run was created, in milliseconds since the epoch: by an earlier try, where there was one. */
  start(run: NewRun): Promise<number>;
  open(uuid: string, message: StartMessage, updateId: string): Promise<RunSummary>;
  submit(uuid: string, message: SubmitMessage): Promise<RunSummary>;
  upload(uuid: string, message: UploadMessage): Promise<RunSummary>;
  resend(uuid: string, message: ResendMessage, updateId: string): Promise<RunSummary>;
  act(uuid: string, message: ActionMessage, updateId: string): Promise<RunSummary>;
  advance(uuid: string, minutes: number, updateId: string): Promise<RunSummary>;
  /** Tells a run what became of a message; one that is over needs to hear nothing. */
  report(uuid: string, message: ReceiptMessage): Promise<void>;
  /** Has the run tell MongoDB where it stands, after a call that ended as unavailable. */
  reconcile(uuid: string): Promise<void>;
  /** Resolves where Temporal answers, else throws TemporalUnavailable. */
  ping(): Promise<void>;
}

/** The run said no: `code` is a code of the API (`already_finished`, `expired`, `step_not_current`, …). */
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

/** Temporal is out of reach, or no worker answered in time. */
export class TemporalUnavailable extends Error {
  override readonly name = 'TemporalUnavailable';
}

/** Too many messages are under way to this run. */
export class RunBusy extends Error {
  override readonly name = 'RunBusy';
}
