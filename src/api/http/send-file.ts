/** Answers with a file: downloaded, never shown, never taken for anything but what it is. */
import type { Request, Response } from 'express';

export interface FileAnswer {
  mime: string;
  /** With its ending. */
  name: string;
  /** Quoted. */
  etag: string;
  /** Bytes, where that is known beforehand. */
  size?: number;
  content: AsyncIterable<Buffer>;
}

/** A client that takes nothing for so long is hung up on, in milliseconds. */
const SILENCE_MS = 30_000;

/** The first bytes are fetched before anything is answered: what can't be read isn't begun. */
export async function fileReply(
  request: Request,
  answer: FileAnswer,
): Promise<{ result: null; stream: (response: Response) => void }> {
  const iterator = answer.content[Symbol.asyncIterator]();
  const isCurrent =
    request
      .get('if-none-match')
      ?.split(/\s*,\s*/)
      .includes(answer.etag) === true;
  const first = isCurrent || request.method === 'HEAD' ? null : await iterator.next();
  return { result: null, stream: (response) => void send(response, answer, iterator, first) };
}

async function send(
  response: Response,
  { mime, name, etag, size }: FileAnswer,
  iterator: AsyncIterator<Buffer>,
  first: IteratorResult<Buffer> | null,
): Promise<void> {
  const isUnchanged = first === null && response.req.method !== 'HEAD';
  response.status(isUnchanged ? 304 : 200).set({
    'Content-Type': mime,
    'Content-Disposition': `attachment; filename="${name}"`,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, no-cache',
    ETag: etag,
    ...(size !== undefined && { 'Content-Length': String(size) }),
  });
  await write(response, iterator, first);
}

async function write(
  response: Response,
  iterator: AsyncIterator<Buffer>,
  first: IteratorResult<Buffer> | null,
): Promise<void> {
  response.setTimeout(SILENCE_MS, () => response.destroy());
  try {
    for (let next = first; next !== null && next.done !== true; next = await iterator.next()) {
      if (!response.write(next.value)) await drained(response);
      if (response.destroyed) break;
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
