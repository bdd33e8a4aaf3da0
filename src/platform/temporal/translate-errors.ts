/** Errors of the Temporal SDK as errors of the gateway. */
import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError } from '@temporalio/common';
import type { UnstoredBatch } from '../../domain/run/run-summary';
import type { Json } from '../../domain/run/events';
import { RunBusy, RunRefused, TemporalUnavailable } from './run-gateway';

/** https://grpc.io/docs/guides/status-codes/ */
export const RESOURCE_EXHAUSTED = 8;
const FAILED_PRECONDITION = 9;
/** Types of update failures that are no decision. */
const UNDECIDED = new Set(['UnprocessedUpdate', 'untrusted_message']);

/** Turns what the SDK throws into the gateway's own errors; anything else is a bug and stays as it is. */
export function translateError(error: unknown): unknown {
  if (isUnprocessed(error)) {
    return new TemporalUnavailable('No worker took the message.', { cause: error });
  }
  if (error instanceof WorkflowUpdateFailedError) return refusalOf(error.cause) ?? error;
  if (error instanceof WorkflowNotFoundError) {
    return new RunRefused('already_finished', 'The run is finished.');
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new TemporalUnavailable('No worker answered in time.', { cause: error });
  }
  if (error instanceof NamespaceNotFoundError) {
    return new TemporalUnavailable('Temporal has no such namespace yet.', { cause: error });
  }
  const code = codeOf(error);
  if (code === null) return error;
  if (code === RESOURCE_EXHAUSTED) return new RunBusy('Too many messages are in progress.');
  return new TemporalUnavailable('Temporal is out of reach.', { cause: error });
}

/** Returns true where nobody decided on an update, and it may be sent again at once. */
export function isUndecided(error: unknown): boolean {
  return codeOf(error) === FAILED_PRECONDITION || isUnprocessed(error);
}

/** The gRPC status of an error, null where it is none of gRPC's. */
function codeOf(error: unknown): number | null {
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.code : null;
}

/**
 * The server's word for an update that came with a task whose completion says nothing of it, and the worker's for one
 * that it can't read (it lacks a key): nobody decided on it.
 */
function isUnprocessed(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateFailedError &&
    error.cause instanceof ApplicationFailure &&
    UNDECIDED.has(error.cause.type ?? '')
  );
}

function refusalOf(cause: unknown): RunRefused | null {
  if (!(cause instanceof ApplicationFailure) || cause.type == null) return null;
  // The run ended around a message that it had taken in: how it ended says what became of it.
  if (cause.type === 'AcceptedUpdateCompletedWorkflow') {
    return new RunRefused('already_finished', 'The run is finished.');
  }
  const [details, unstored] = cause.details ?? [];
  const { type, message } = cause;
  return new RunRefused(
    type,
    message,
    (details ?? null) as Json,
    (unstored ?? null) as UnstoredBatch | null,
  );
}
