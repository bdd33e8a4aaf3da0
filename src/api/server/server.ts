/**
 * Creates the HTTP server: limits for slow and large requests, and the API's own error responses for unreadable ones.
 */
import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';
import { isRequestTimeoutDisabled } from './request-timeout';
import { failureBody } from './failure';
import { originForm } from './request-target';

/** Maximum bytes of all headers and the address together. */
const MAX_HEADER_BYTES = 16 * 1024;
const CHECK_MS = 1_000;
/** Time for requests in progress when the server stops, in milliseconds. */
const GRACE_MS = 10_000;
const HANG_UP_MS = 50;
/** Time limit of an upload, in milliseconds. */
const UPLOAD_MS = 15 * 60_000;

/** Time limits for receiving a request, in milliseconds. */
export interface ServerTimeouts {
  headersMs: number;
  /** Limit for the whole request including headers. */
  requestMs: number;
}

const PATIENCE: ServerTimeouts = { headersMs: 10_000, requestMs: 30_000 };

/** Creates a server that does not listen yet. */
export function createApiServer(
  app: RequestListener,
  deps: Pick<ApiDependencies, 'logger' | 'metrics'>,
  { headersMs, requestMs }: ServerTimeouts = PATIENCE,
): Server {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    connectionsCheckingInterval: Math.min(CHECK_MS, headersMs),
    headersTimeout: headersMs,
    // Limit for requests whose route limits the time; others have less, see below.
    requestTimeout: UPLOAD_MS,
    // The application refuses it with its own error format.
    requireHostHeader: false,
  });
  const underWay = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (request, response) => {
    underWay.set(request.socket, response);
    response.once('close', () => underWay.delete(request.socket));
    hangUpOnSlow(server, request, requestMs);
    request.url = originForm(request.url ?? '');
    app(request, response);
  });
  // Expectations other than `100-continue` may be ignored (RFC 9110, 10.1.1).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const mayAnswer = socket.writable && underWay.get(socket)?.headersSent !== true;
    if (error.code === 'ECONNRESET' || !mayAnswer) socket.destroy();
    else refuse(deps, socket, error.code);
  });
  return server;
}

/** Responds to a request that does not arrive in time as Node's own timeout does. */
function hangUpOnSlow(server: Server, request: IncomingMessage, withinMs: number): void {
  const timer = setTimeout(() => {
    if (request.complete || isRequestTimeoutDisabled(request)) return;
    const error = Object.assign(new Error('slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    server.emit('clientError', error, request.socket);
  }, withinMs).unref();
  request.once('close', () => {
    clearTimeout(timer);
  });
}

/** Accepts no more connections, completes requests in progress, and closes idle connections. */
export async function stopServer(server: Server, graceMs = GRACE_MS): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // A keep-alive connection becomes idle after its response.
  const hangUp = setInterval(() => {
    server.closeIdleConnections();
  }, HANG_UP_MS);
  const end = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  await closed;
  clearInterval(hangUp);
  clearTimeout(end);
}

/** Sends an error and closes the connection, because the start of the next request is unknown. */
function refuse(
  { logger, metrics }: Pick<ApiDependencies, 'logger' | 'metrics'>,
  socket: Duplex,
  cause: string | undefined,
): void {
  const error = errorOf(cause);
  const request_id = randomUUID();
  const body = failureBody(error, request_id);
  metrics.failed(error.code);
  logger.info({ request_id, status: error.status, cause }, 'a request could not be read');
  const headers = [
    `HTTP/1.1 ${error.status} Refused`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...['Cache-Control: no-store', 'X-Content-Type-Options: nosniff'],
    ...[`X-Request-Id: ${request_id}`, 'Connection: close'],
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** Returns the error for a code of Node's parser and timeouts (https://nodejs.org/api/http.html#event-clienterror). */
function errorOf(cause: string | undefined): ApiError {
  if (cause === 'HPE_HEADER_OVERFLOW') {
    const kib = MAX_HEADER_BYTES / 1024;
    return new ApiError('too_large', `Address and headers are larger than ${kib} KiB.`);
  }
  if (cause === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ApiError('validation_failed', 'The request did not arrive in time.');
  }
  return new ApiError('validation_failed', 'The request could not be read as HTTP.');
}
