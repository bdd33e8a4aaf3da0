/** Translates errors of the Temporal SDK to errors of the gateway. */
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
/** Types of update failures without a decision. */
const UNDECIDED = new Set(['UnprocessedUpdate', 'untrusted_message']);

/** Translates errors of the SDK to the gateway's own; other errors are bugs and are returned unchanged. */
export function translateError(error: unknown): unknown {
  if (isUnprocessed(error)) {
    return new TemporalUnavailable('No worker processed the update.', { cause: error });
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
  return new TemporalUnavailable('Temporal is unavailable.', { cause: error });
}

/** Returns true if no decision was made on an update, so that it can be sent again at once. */
export function isUndecided(error: unknown): boolean {
  return codeOf(error) === FAILED_PRECONDITION || isUnprocessed(error);
}

/** Returns the gRPC status of an error; null if it has none. */
function codeOf(error: unknown): number | null {
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.code : null;
}

/**
 * Returns true for the server's error when a task was completed without handling an update, and for the worker's error
 * when it can't decrypt one (missing key).
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
  // The run ended before it handled an accepted message: the way it ended decides.
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
