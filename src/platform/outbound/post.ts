/** Sends a POST to a given address, with limits on time and size and without following redirects. */
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { OutboundRefused, type OutboundGuard } from './guard';

/** Time limit of the whole call; Standard Webhooks recommends 15 to 30 s (https://www.standardwebhooks.com). */
export const TIMEOUT_MS = 15_000;
/** Maximum bytes of the response body; the connection is closed after them. */
const EXCERPT_BYTES = 1_024;
/** Time limit for the body. The status decides, so the body is optional. */
const BODY_MS = 1_000;
const MAX_HEADER_BYTES = 16_384;

/** Reason why there is no response. */
export type Failure = 'refused_address' | 'timeout' | 'unreachable' | 'stopped';

/** `took_ms`: time until the response's head, or until the failure. */
export type PostResult =
  | {
      kind: 'answered';
      status: number;
      retry_after: string | null;
      excerpt: Buffer;
      took_ms: number;
    }
  | { kind: 'failed'; failure: Failure; took_ms: number };

export interface PostRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Aborts the call. */
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** Sends one POST. A redirect is a response like any other and is never followed. Never rejects. */
export async function sendPost(guard: OutboundGuard, given: PostRequest): Promise<PostResult> {
  const startedAt = performance.now();
  const took = (): number => Math.round(performance.now() - startedAt);
  const end = new AbortController();
  const abort = (): void => {
    end.abort();
  };
  const patience = setTimeout(abort, given.timeoutMs ?? TIMEOUT_MS);
  given.signal?.addEventListener('abort', abort);
  try {
    const request = open(guard, given, end.signal);
    const response = await headOf(request, given.body);
    const took_ms = took();
    const excerpt = await beginningOf(response);
    request.destroy();
    const { statusCode: status = 0, headers } = response;
    return {
      kind: 'answered',
      status,
      retry_after: headers['retry-after'] ?? null,
      excerpt,
      took_ms,
    };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error, end.signal, given.signal), took_ms: took() };
  } finally {
    clearTimeout(patience);
    given.signal?.removeEventListener('abort', abort);
  }
}

function open(guard: OutboundGuard, given: PostRequest, signal: AbortSignal): ClientRequest {
  const url = guard.check(given.url);
  const { request } = url.protocol === 'https:' ? https : http;
  return request(url, {
    method: 'POST',
    headers: { ...given.headers, 'content-length': Buffer.byteLength(given.body) },
    // A new connection for each call, so that each one is checked and none is stale.
    agent: false,
    lookup: guard.lookupFor(url),
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
  });
}

function headOf(request: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays attached: errors after the response's head are intended or irrelevant.
    request.on('error', reject);
    request.end(body);
  });
}

function beginningOf(response: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (): void => {
      clearTimeout(patience);
      response.destroy();
      resolve(Buffer.concat(chunks).subarray(0, EXCERPT_BYTES));
    };
    const patience = setTimeout(done, BODY_MS);
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= EXCERPT_BYTES) done();
    });
    for (const end of ['end', 'error', 'close'] as const) response.once(end, done);
    response.on('error', () => undefined);
  });
}

function failureOf(error: unknown, end: AbortSignal, stop: AbortSignal | undefined): Failure {
  if (error instanceof OutboundRefused) return 'refused_address';
  if (stop?.aborted === true) return 'stopped';
  return end.aborted ? 'timeout' : 'unreachable';
}
