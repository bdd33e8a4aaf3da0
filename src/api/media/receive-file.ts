/** Reads one file of a form while it arrives, with limits on bytes, time and type. */
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { Request } from 'express';
import { DomainError, invalidField } from '../../application/domain-error';

import { storeFile } from '../../application/media/store-file';
import type { StoredFile, UploadTarget } from '../../application/media/upload-target';
import { disableRequestTimeout } from '../server/request-timeout';
import { ApiError } from '../problems';
import { formTooLarge, tooSlow, unknownPart, unreadable } from './upload-errors';

/** Slowest accepted upload. */
export interface UploadTimeouts {
  /** Maximum time without any byte, in milliseconds. */
  graceMs: number;
  /** Minimum average rate after that time. */
  bytesPerSecond: number;
}

/** Phones on a bad network are faster. */
export const UPLOAD_TIMEOUTS: UploadTimeouts = { graceMs: 20_000, bytesPerSecond: 8 * 1024 };

interface ArrivedForm {
  file: StoredFile;
  /** The form's other fields, as sent. */
  fields: Record<string, string>;
}

interface Receiving extends UploadTarget {
  /** Names of the form's other fields. */
  fields: readonly string[];
  patience: UploadTimeouts;
}

/** Name of a part of the form. The parser's types promise a string, but a part may have no name. */
type Named = string | undefined;

const MAX_FIELD_BYTES = 64 * 1024;
/** Maximum bytes beside the file: fields, headers of parts, and everything before and after the form. */
const MAX_FORM_BYTES = 1024 * 1024;
const LOOK_EVERY_MS = 250;

/**
 * Reads a `multipart/form-data` body with one file named `file`.
 * @throws ApiError `unsupported_media_type`; DomainError `validation_failed`, `too_large`, or `submission_refused` for
 * its content.
 */
export async function receiveFile(request: Request, receiving: Receiving): Promise<ArrivedForm> {
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
  /** Bytes of the body so far, and those of the file. */
  private came = 0;
  private ofFile = 0;
  private arriving: Promise<StoredFile> | undefined;

  constructor(
    private readonly request: Request,
    private readonly receiving: Receiving,
  ) {
    this.before = request.socket.bytesRead;
    this.parser = openParser(request, receiving.fields.length);
    disableRequestTimeout(request);
  }

  async read(): Promise<ArrivedForm> {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error) => {
        this.isRefused = true;
        this.file?.destroy(error);
        reject(error);
      };
      this.listen(resolve, fail);
      this.request.pipe(this.parser);
    }).catch(async (error: unknown) => {
      // The consumer removes stored bytes before the response.
      const arrived = await this.arriving?.catch(() => undefined);
      if (arrived !== undefined) await this.receiving.discard(arrived.stored);
      throw error;
    });
    if (this.arriving === undefined) throw invalidField('file', 'is required');
    return { file: await this.arriving, fields: Object.fromEntries(this.fields) };
  }

  private listen(resolve: () => void, fail: (error: Error) => void): void {
    const { parser, request } = this;
    // An exception in a listener would end the process.
    const guarded = (listener: () => void) => {
      try {
        listener();
      } catch (error) {
        fail(error instanceof DomainError ? error : unreadable());
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
    parser.on('filesLimit', () => fail(invalidField('file', 'is given twice')));
    for (const limit of ['fieldsLimit', 'partsLimit'] as const) {
      parser.on(limit, () => fail(invalidField('', 'has too many parts')));
    }
    parser.once('error', () => fail(unreadable()));
    parser.once('finish', resolve);
    request.once('close', () => {
      if (!request.complete) fail(unreadable());
    });
    request.on('data', ({ length }: Buffer) => {
      this.came += length;
      if (this.came - this.ofFile > MAX_FORM_BYTES) fail(formTooLarge(MAX_FORM_BYTES));
    });
    this.watch = setInterval(() => {
      if (this.isTooSlow()) fail(tooSlow());
    }, LOOK_EVERY_MS);
  }

  private keepField(name: Named, value: string, isCut: boolean): void {
    if (name === undefined || !this.receiving.fields.includes(name)) throw unknownPart(name);
    if (isCut) throw invalidField(name, `is at most ${MAX_FIELD_BYTES} bytes`);
    if (this.fields.has(name)) throw invalidField(name, 'is given twice');
    this.fields.set(name, value);
  }

  private beginFile(name: Named, file: Readable): Form['arriving'] {
    this.file = file;
    // The form reports the error; the file's reader gets it too.
    file.on('error', () => undefined);
    if (this.isRefused) {
      file.resume();
      return undefined;
    }
    if (name !== 'file') throw unknownPart(name);
    this.arriving = storeFile(this.counted(file), this.receiving);
    return this.arriving;
  }

  /** Passes the file on and counts its bytes. */
  private async *counted(file: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of file as AsyncIterable<Buffer>) {
      this.ofFile += chunk.length;
      yield chunk;
    }
  }

  /** Returns true if too few bytes arrived for the elapsed time. */
  private isTooSlow(): boolean {
    const { graceMs, bytesPerSecond } = this.receiving.patience;
    const came = this.request.socket.bytesRead - this.before;
    return performance.now() - this.startedAt > graceMs + (came / bytesPerSecond) * 1_000;
  }

  /** Stops reading. Node discards the rest of the request after the response. */
  leave(): void {
    clearInterval(this.watch);
    this.request.unpipe(this.parser);
    if (this.request.complete) return;
    // Discards the rest of a refused request.
    this.request.resume();
    const { request } = this;
    setTimeout(() => request.complete || request.destroy(), HANG_UP_MS).unref();
  }
}

/** Time during which a refused sender may continue sending and still receive the response, in milliseconds. */
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
    // The form has no boundary.
    throw unreadable();
  }
}
