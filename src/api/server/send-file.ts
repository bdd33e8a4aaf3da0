/** Sends a file as a download, which browsers neither display nor sniff. */
import type { Request, Response } from 'express';
import { notFound } from '../../application/domain-error';
import type { RouteResult } from './request-context';

export interface FileAnswer {
  mime: string;
  /** File name with extension. */
  name: string;
  /** Entity tag in quotes. */
  etag: string;
  /** Size in bytes, if known. */
  size?: number;
  /**
   * Opens the content. Called only if bytes are sent: an unread stream would leak a socket. Null if the bytes were
   * removed.
   */
  open(): Promise<AsyncIterable<Buffer> | null>;
}

/** Time without progress after which the client is disconnected, in milliseconds. */
const SILENCE_MS = 30_000;

/** Sends a file. Reads the first bytes before it responds, so that an unreadable file is still an error response. */
export async function sendFile(request: Request, answer: FileAnswer): Promise<RouteResult> {
  const isCurrent =
    request
      .get('if-none-match')
      ?.split(/\s*,\s*/)
      .includes(answer.etag) === true;
  if (isCurrent || request.method === 'HEAD') {
    return { result: null, stream: (response) => writeHead(response, answer) };
  }
  const content = await answer.open();
  if (content === null) throw notFound('file');
  const iterator = content[Symbol.asyncIterator]();
  const first = await iterator.next();
  return {
    result: null,
    stream: (response) => void write(setHead(response, answer, 200), iterator, first),
    discard: () => void iterator.return?.().catch(() => undefined),
  };
}

/** Returns a stream of bytes in memory. */
export async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

function writeHead(response: Response, answer: FileAnswer): void {
  const status = response.req.method === 'HEAD' ? 200 : 304;
  setHead(response, answer, status).end();
}

function setHead(
  response: Response,
  { mime, name, etag, size }: FileAnswer,
  status: 200 | 304,
): Response {
  return response.status(status).set({
    'Content-Type': mime,
    'Content-Disposition': `attachment; filename="${name}"`,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-cache',
    ETag: etag,
    ...(size !== undefined && { 'Content-Length': String(size) }),
  });
}

async function write(
  response: Response,
  iterator: AsyncIterator<Buffer>,
  first: IteratorResult<Buffer>,
): Promise<void> {
  response.setTimeout(SILENCE_MS, () => response.destroy());
  try {
    for (let next = first; next.done !== true; next = await iterator.next()) {
      // The client may have disconnected before the first byte: then no event reports it.
      if (response.destroyed) break;
      if (!response.write(next.value)) await drained(response);
    }
    if (!response.destroyed) response.end();
  } catch {
    // The response has started: only an aborted connection shows that it is incomplete.
    response.destroy();
  } finally {
    await iterator.return?.();
  }
}

function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.once('drain', go).once('close', go);
  });
}
