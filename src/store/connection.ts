/** The connection to MongoDB (or a server of its protocol). Every call has its own deadline: an outage is an answer. */
import mongoose, { type Connection } from 'mongoose';

/** How long one database call may take, in milliseconds, retries of the driver included. */
const CALL_TIMEOUT_MS = 1_500;

/**
 * Connects without waiting for the server: the first calls wait or fail by their own deadline, so that a process may
 * start before its database.
 */
export function connectStore(uri: string, timeoutMs = CALL_TIMEOUT_MS): Connection {
  return mongoose.createConnection(uri, {
    autoIndex: false,
    autoCreate: false,
    bufferCommands: true,
    serverSelectionTimeoutMS: timeoutMs,
    connectTimeoutMS: timeoutMs,
    socketTimeoutMS: timeoutMs,
    waitQueueTimeoutMS: timeoutMs,
    heartbeatFrequencyMS: 1_000,
    maxPoolSize: 20,
  });
}

/** True where an error says that the database can't be reached or doesn't answer in time. */
export function isStoreUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return UNAVAILABLE.test(error.name) || /buffering timed out|Client must be connected/.test(error.message);
}

const UNAVAILABLE =
  /^(MongoNetwork|MongoServerSelection|MongooseServerSelection|MongoOperationTimeout|MongoNotConnected|MongoTopologyClosed|MongoPoolCleared|MongoWaitQueueTimeout|PoolClearedOnNetworkError|MongoPoolClosed|MongoExpiredSession)/;

/** True where a write met a document with the same value of a unique index, `_id` included. */
export function isDuplicateKey(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 11_000;
}

/** True where the duplicate is the document itself (`_id`), the one that means "was here before". */
export function isSameDocument(error: unknown): boolean {
  const pattern = (error as { keyPattern?: Record<string, unknown> } | null)?.keyPattern;
  return isDuplicateKey(error) && (pattern === undefined || '_id' in pattern);
}
