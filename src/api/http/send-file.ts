/** Answers with a file: downloaded, never shown, never taken for anything but what it is. */
import type { Request, Response } from 'express';
import { notFound } from '../../application/domain-error';
import type { RouteResult } from './request-context';

export interface FileAnswer {
  mime: string;
  /** With its ending. */
  name: string;
  /** Quoted. */
  etag: string;
  /** Bytes, where that is known beforehand. */
  size?: number;
  /** Called only where bytes are sent: what is opened and not read keeps a socket. Null where they are gone. */
  open(): Promise<AsyncIterable<Buffer> | null>;
}

/** A client that takes nothing for so long is hung up on, in milliseconds. */
const SILENCE_MS = 30_000;

/** The first bytes are fetched before anything is answered: what can't be read isn't begun. */
export async function sendFile(request: Request, answer: FileAnswer): Promise<RouteResult> {
  const isCurrent =
    request
      .get('if-none-match')
      ?.split(/\s*,\s*/)
      .includes(answer.etag) === true;
  if (isCurrent || request.method === 'HEAD') {
    return { result: null, stream: (response) => tellHead(response, answer) };
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

/** Makes a stream of bytes that are in memory already. */
export async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

function tellHead(response: Response, answer: FileAnswer): void {
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
      // Its client may have left before the first byte: then nothing tells of it any more.
      if (response.destroyed) break;
      if (!response.write(next.value)) await drained(response);
    }
    if (!response.destroyed) response.end();
  } catch {
    // Its beginning is out: that it isn't whole shows by its end alone.
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
