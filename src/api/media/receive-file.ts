/** Reads one file of a form while it arrives: bounded in bytes, in time and in what it may be. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { Request } from 'express';
import { ContentRefused, inspect } from '../../media/inspect';
import type { Found } from '../../media/walk';
import { takeOver } from '../http/patience';
import { ApiError } from '../problems';

/** How slowly a file may come. */
export interface UploadPatience {
  /** Without any byte, in milliseconds. */
  graceMs: number;
  /** Beyond that. */
  bytesPerSecond: number;
}

/** A phone on a bad network sends faster. */
export const UPLOAD_PATIENCE: UploadPatience = { graceMs: 20_000, bytesPerSecond: 8 * 1024 };

export interface ArrivedFile extends Found {
  /** The form's other fields, as sent. */
  fields: Record<string, string>;
  /** What `store` answered. */
  stored: string;
  size: number;
  sha256: string;
}

interface Receiving {
  /** Bytes. */
  limit: number;
  /** Names of the form's other fields. */
  fields: readonly string[];
  patience: UploadPatience;
  /** Stores the bytes as they come. Has to leave nothing behind where they end with an error. */
  store(bytes: AsyncIterable<Buffer>): Promise<string>;
  /** Removes what was stored, where the rest of the form is refused. */
  discard(stored: string): Promise<void>;
}

/** Of a part of the form: the parser's types tell of a string only, and parts without a name come too. */
type Named = string | undefined;

const MAX_FIELD_BYTES = 64 * 1024;
const LOOK_EVERY_MS = 250;

/**
 * Reads a `multipart/form-data` body with one file named `file`.
 * @throws ApiError `unsupported_media_type`, `validation_failed`, `too_large`, or `submission_refused` by its content.
 */
export async function receiveFile(request: Request, receiving: Receiving): Promise<ArrivedFile> {
  const form = new Form(request, receiving);
  try {
    return await form.read();
  } finally {
    form.leave();
  }
}

class Form {
  private readonly parser: BusboyInstance;
  private readonly fields = new Map<string, string>();
  private readonly startedAt = performance.now();
  private readonly before: number;
  private watch: NodeJS.Timeout | undefined;
  private file: Readable | undefined;
  private isRefused = false;
  private arriving: Promise<Omit<ArrivedFile, 'fields'>> | undefined;

  constructor(
    private readonly request: Request,
    private readonly receiving: Receiving,
  ) {
    this.before = request.socket.bytesRead;
    this.parser = openParser(request, receiving.fields.length);
    takeOver(request);
  }

  async read(): Promise<ArrivedFile> {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error) => {
        this.isRefused = true;
        this.file?.destroy(error);
        reject(error);
      };
      this.listen(resolve, fail);
      this.request.pipe(this.parser);
    }).catch(async (error: unknown) => {
      // Whoever stores it cleans up before the answer.
      const arrived = await this.arriving?.catch(() => undefined);
      if (arrived !== undefined) await this.receiving.discard(arrived.stored);
      throw error;
    });
    if (this.arriving === undefined) throw refused('file', 'is required');
    return { ...(await this.arriving), fields: Object.fromEntries(this.fields) };
  }

  private listen(resolve: () => void, fail: (error: Error) => void): void {
    const { parser, request } = this;
    // What throws in a listener has nobody to catch it, and would end the process.
    const guarded = (listener: () => void) => {
      try {
        listener();
      } catch (error) {
        fail(error instanceof ApiError ? error : unreadable());
      }
    };
    parser.on('field', (name: Named, value, _isNameCut, isCut) =>
      guarded(() => this.keepField(name, value, isCut)),
    );
    parser.on('file', (name: Named, file) =>
      guarded(() => {
        this.beginFile(name, file)?.catch(fail);
      }),
    );
    parser.on('filesLimit', () => fail(refused('file', 'is given twice')));
    for (const limit of ['fieldsLimit', 'partsLimit'] as const) {
      parser.on(limit, () => fail(refused('', 'has too many parts')));
    }
    parser.once('error', () => fail(unreadable()));
    parser.once('finish', resolve);
    request.once('close', () => {
      if (!request.complete) fail(unreadable());
    });
    this.watch = setInterval(() => {
      if (this.isTooSlow()) fail(tooSlow());
    }, LOOK_EVERY_MS);
  }

  private keepField(name: Named, value: string, isCut: boolean): void {
    if (name === undefined || !this.receiving.fields.includes(name)) throw unknownPart(name);
    if (isCut) throw refused(name, `is at most ${MAX_FIELD_BYTES} bytes`);
    if (this.fields.has(name)) throw refused(name, 'is given twice');
    this.fields.set(name, value);
  }

  private beginFile(name: Named, file: Readable): Form['arriving'] {
    this.file = file;
    // The form tells of what is wrong with it; whoever reads the file hears of it too.
    file.on('error', () => undefined);
    if (this.isRefused) {
      file.resume();
      return undefined;
    }
    if (name !== 'file') throw unknownPart(name);
    this.arriving = this.take(file);
    return this.arriving;
  }

  /** The longer it takes, the more must have come. */
  private isTooSlow(): boolean {
    const { graceMs, bytesPerSecond } = this.receiving.patience;
    const came = this.request.socket.bytesRead - this.before;
    return performance.now() - this.startedAt > graceMs + (came / bytesPerSecond) * 1_000;
  }

  private async take(file: Readable): Promise<Omit<ArrivedFile, 'fields'>> {
    const [walk, hash] = [inspect(), createHash('sha256')];
    const { limit } = this.receiving;
    let size = 0;
    let found: Found | undefined;
    async function* looked() {
      for await (const chunk of file as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > limit) throw tooLarge(limit);
        hash.update(chunk);
        walk.push(chunk);
        yield chunk;
      }
      ({ found } = walk.end());
    }
    try {
      const stored = await this.receiving.store(looked());
      if (found === undefined) throw new Error('a file was stored before it had come to its end');
      return { ...found, stored, size, sha256: hash.digest('hex') };
    } catch (error) {
      throw error instanceof ContentRefused ? contentRefused(error) : error;
    }
  }

  /** What still comes isn't read; Node lets it go by once there is an answer. */
  leave(): void {
    clearInterval(this.watch);
    this.request.unpipe(this.parser);
    if (this.request.complete) return;
    // Nobody waits for the rest of what was refused.
    this.request.resume();
    const { request } = this;
    setTimeout(() => request.complete || request.destroy(), HANG_UP_MS).unref();
  }
}

/** So long a refused sender may go on sending and still read its answer, in milliseconds. */
const HANG_UP_MS = 5_000;

function openParser(request: Request, fields: number): BusboyInstance {
  const type = request.headers['content-type'];
  if (type === undefined || !/^multipart\/form-data\s*(;|$)/i.test(type)) {
    throw new ApiError('unsupported_media_type', 'Send the file as multipart/form-data.');
  }
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': type },
      isPartAFile: (name, _type, fileName) => name === 'file' || fileName !== undefined,
      limits: {
        ...{ files: 1, fields: fields + 1, parts: fields + 3, fieldSize: MAX_FIELD_BYTES },
        ...{ headerPairs: 20, headerSize: 8 * 1024, fieldNameSize: 100 },
      },
    });
  } catch {
    // A form without a boundary.
    throw unreadable();
  }
}

export function refused(path: string, message: string): ApiError {
  const text = 'Some fields are not as they should be; see details.';
  return new ApiError('validation_failed', text, [{ path, message }]);
}

function unknownPart(name: Named): ApiError {
  if (name === undefined) return refused('', 'has a part without a name');
  return refused(name.slice(0, 100), 'is not known here');
}

function contentRefused({ message }: ContentRefused): ApiError {
  const details = [{ path: 'file', message }];
  return new ApiError('submission_refused', 'This file is not taken; see details.', details);
}

function tooLarge(limit: number): ApiError {
  return new ApiError('too_large', `The file is larger than ${limit} bytes.`);
}

function unreadable(): ApiError {
  return new ApiError('validation_failed', 'The form could not be read to its end.');
}

function tooSlow(): ApiError {
  const headers = { Connection: 'close' };
  return new ApiError('validation_failed', 'The file did not arrive in time.', [], headers);
}
