/** The connection to MongoDB (or a server of its protocol). Every call has its own deadline: an outage is an answer. */
import { isNativeError } from 'node:util/types';
import mongoose, { type Connection, type ConnectOptions } from 'mongoose';

/** How long one database call may take, in milliseconds, retries of the driver included. */
const CALL_TIMEOUT_MS = 1_500;
const OPEN_AGAIN_MS = 500;

/**
 * Connects without waiting for the server: the first calls wait or fail by their own deadline, so that a process may
 * start before its database. `monitorCommands`: its client tells of each command that it sends.
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
    // What was answered must be there after a power cut: some servers acknowledge before they have written.
    writeConcern: { w: 'majority', journal: true },
  });
  return connection;
}

/** The driver comes back by itself only after it was connected once: until then, try again. */
async function keepOpening(
  connection: Connection,
  uri: string,
  options: ConnectOptions & { bufferTimeoutMS: number },
): Promise<void> {
  const closing = new AbortController();
  const close = connection.close.bind(connection);
  // Closing while it tries to open is no `close` event.
  connection.close = (force) => {
    closing.abort();
    return close(force);
  };
  while (!closing.signal.aborted) {
    try {
      await connection.openUri(uri, { ...options });
      return;
    } catch {
      // Whoever uses the connection meanwhile hears of it.
      await new Promise((resolve) => setTimeout(resolve, OPEN_AGAIN_MS));
    }
  }
}

/** Thrown where MongoDB has not got a run's events in time. */
export class ProjectionLate extends Error {
  override readonly name = 'ProjectionLate';
}

/** True where an error says that the database can't be reached or doesn't answer in time. */
export function isStoreUnavailable(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  return (
    UNAVAILABLE.test(error.name) ||
    isOfSocket(error) ||
    isOfServer(error) ||
    // A bulk write that came to nothing holds why (mongodb 7, `executeCommands`).
    isStoreUnavailable((error as { errorResponse?: unknown }).errorResponse) ||
    /buffering timed out|Client must be connected/.test(error.message)
  );
}

/** The driver passes on the socket's own error where a command was being written (mongodb 7, `writeCommand`). */
function isOfSocket({ code, syscall }: NodeJS.ErrnoException): boolean {
  return syscall !== undefined && SOCKET_ENDED.has(code ?? '');
}

/** Its own word that it stops, hands over to another member, or was started anew since a cursor was opened. */
function isOfServer(error: Error): boolean {
  return /^Mongo/.test(error.name) && SERVER_AWAY.has((error as { code?: unknown }).code);
}

const SOCKET_ENDED = new Set(['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT']);

/**
 * Those that a driver tries again by itself, where it tries again at all, and CursorNotFound
 * (https://github.com/mongodb/specifications/blob/master/source/retryable-reads/retryable-reads.md#retryable-error).
 */
const SERVER_AWAY = new Set<unknown>([
  ...[6, 7, 43, 89, 91, 134, 189, 262, 9_001],
  ...[10_107, 11_600, 11_602, 13_435, 13_436],
]);

const UNAVAILABLE =
  /^(BlobsUnavailable|ProjectionLate|MongoNetwork|MongoServerSelection|MongooseServerSelection|MongoOperationTimeout|MongoNotConnected|MongoTopologyClosed|MongoPoolCleared|MongoWaitQueueTimeout|PoolClearedOnNetworkError|MongoPoolClosed|MongoExpiredSession)/;

/** True where a write met a document with the same value of a unique index, `_id` included. */
export function isDuplicateKey(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 11_000;
}

/** True where the duplicate is the document itself (`_id`), the one that means "was here before". */
export function isSameDocument(error: unknown): boolean {
  const pattern = (error as { keyPattern?: Record<string, unknown> } | null)?.keyPattern;
  return isDuplicateKey(error) && (pattern === undefined || '_id' in pattern);
}
