/**
 * Connects to MongoDB (or a server with its protocol). Every call has a deadline, so that an outage becomes an error
 * response.
 */
import { isNativeError } from 'node:util/types';
import mongoose, { type Connection, type ConnectOptions } from 'mongoose';

/** Time limit of a database call in milliseconds, including the driver's retries. */
const CALL_TIMEOUT_MS = 1_500;
const OPEN_AGAIN_MS = 500;

/**
 * Connects without waiting for the server: the first calls wait or fail by their own deadline, so a process can start
 * before its database. `monitorCommands`: emits an event for each command.
 */
export function connectStore(
  uri: string,
  timeoutMs = CALL_TIMEOUT_MS,
  more: Pick<ConnectOptions, 'monitorCommands'> = {},
): Connection {
  const connection = mongoose.createConnection();
  void keepOpening(connection, uri, {
    autoIndex: false,
    autoCreate: false,
    bufferCommands: true,
    bufferTimeoutMS: timeoutMs,
    serverSelectionTimeoutMS: timeoutMs,
    connectTimeoutMS: timeoutMs,
    socketTimeoutMS: timeoutMs,
    waitQueueTimeoutMS: timeoutMs,
    heartbeatFrequencyMS: 1_000,
    maxPoolSize: 20,
    ...more,
    // Acknowledged writes must survive a power failure: without a journal some servers acknowledge earlier.
    writeConcern: { w: 'majority', journal: true },
  });
  return connection;
}

/** Opens the connection again until it succeeds: the driver reconnects by itself only after a first success. */
async function keepOpening(
  connection: Connection,
  uri: string,
  options: ConnectOptions & { bufferTimeoutMS: number },
): Promise<void> {
  const closing = new AbortController();
  const close = connection.close.bind(connection);
  // The driver emits no `close` event while the connection is opening.
  connection.close = (force) => {
    closing.abort();
    return close(force);
  };
  while (!closing.signal.aborted) {
    try {
      await connection.openUri(uri, { ...options });
      return;
    } catch {
      // Callers of the connection get the error meanwhile.
      await new Promise((resolve) => setTimeout(resolve, OPEN_AGAIN_MS));
    }
  }
}

/** Thrown if MongoDB does not have a run's events in time. */
export class ProjectionLate extends Error {
  override readonly name = 'ProjectionLate';
}

/** Returns true if an error means that the database is unreachable or too slow. */
export function isStoreUnavailable(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  return (
    UNAVAILABLE.test(error.name) ||
    isOfSocket(error) ||
    isOfServer(error) ||
    // The error of a failed bulk write contains its cause (mongodb 7, `executeCommands`).
    isStoreUnavailable((error as { errorResponse?: unknown }).errorResponse) ||
    /buffering timed out|Client must be connected/.test(error.message)
  );
}

/**
 * Returns true for a socket's own error, which the driver forwards from writing a command (mongodb 7, `writeCommand`).
 */
function isOfSocket({ code, syscall }: NodeJS.ErrnoException): boolean {
  return syscall !== undefined && SOCKET_ENDED.has(code ?? '');
}

/** Returns true if the server reports its shutdown, a failover, or a restart since a cursor was opened. */
function isOfServer(error: Error): boolean {
  return /^Mongo/.test(error.name) && SERVER_AWAY.has((error as { code?: unknown }).code);
}

const SOCKET_ENDED = new Set(['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT']);

/**
 * Codes of errors that drivers retry, and CursorNotFound
 * (https://github.com/mongodb/specifications/blob/master/source/retryable-reads/retryable-reads.md#retryable-error).
 */
const SERVER_AWAY = new Set<unknown>([
  ...[6, 7, 43, 89, 91, 134, 189, 262, 9_001],
  ...[10_107, 11_600, 11_602, 13_435, 13_436],
]);

const UNAVAILABLE =
  /^(BlobsUnavailable|ProjectionLate|MongoNetwork|MongoServerSelection|MongooseServerSelection|MongoOperationTimeout|MongoNotConnected|MongoTopologyClosed|MongoPoolCleared|MongoWaitQueueTimeout|PoolClearedOnNetworkError|MongoPoolClosed|MongoExpiredSession)/;

/** Error codes of MongoDB for documents beyond 16 MiB: at an insertion, and after an update. */
const TOO_LARGE = new Set<unknown>([10_334, 17_419, 17_420]);
/** DocumentValidationFailure: the collection has a validation rule. */
const INVALID = 121;

/** Returns why MongoDB will never accept a document; null for any other error. */
export function findRefusal(error: unknown): 'projection_too_large' | 'projection_invalid' | null {
  const code = (error as { code?: unknown } | null)?.code;
  if (TOO_LARGE.has(code)) return 'projection_too_large';
  return code === INVALID ? 'projection_invalid' : null;
}

/** Returns true if a write violated a unique index, including `_id`. */
export function isDuplicateKey(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 11_000;
}

/** Returns true if the duplicate is the document itself (`_id`), which means that an earlier attempt stored it. */
export function isSameDocument(error: unknown): boolean {
  const pattern = (error as { keyPattern?: Record<string, unknown> } | null)?.keyPattern;
  return isDuplicateKey(error) && (pattern === undefined || '_id' in pattern);
}
