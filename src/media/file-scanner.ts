/**
 * Reads a file that arrives in pieces, without storing it in memory. A format is a generator that requests the bytes it
 * needs. The work is linear in the number of bytes.
 */
import type { MediaType } from '../steps/schema-contract';

/** Next bytes that a format asks for. */
export type ReadRequest =
  /** Exactly this many bytes, at most `MAX_TAKE`; fewer only at the end of the file. */
  | { take: number }
  /** Puts back bytes of the last `take`. */
  | { back: Buffer }
  /** Skips this many bytes. */
  | { pass: number }
  /** Skips everything up to the end of the file. */
  | { rest: true };

/** Result of reading a file. */
export interface FileInfo {
  mime: MediaType;
  /** Width times height of a picture. */
  pixels?: number;
  /** Pages of a PDF. */
  pages?: number;
}

export type FormatReader = Generator<ReadRequest, FileInfo, Buffer>;

/**
 * Thrown if a file is refused because of its content. `message` continues a sentence that begins with "The file".
 * `kind` means that another media type has to be sent; the caller adds the accepted ones.
 */
export class ContentRefused extends Error {
  override readonly name = 'ContentRefused';

  constructor(
    message: string,
    readonly reason: 'kind' | 'content' = 'content',
  ) {
    super(message);
  }
}

export const CUT_SHORT = 'is cut short; send the whole file again';

/** Maximum bytes of a request. With larger ones, the pending bytes would be copied again for each piece. */
const MAX_TAKE = 4_096;
const NOTHING = Buffer.alloc(0);

export class FileScanner {
  private pending: Buffer = NOTHING;
  private found: FileInfo | undefined;
  private want: ReadRequest | undefined;

  constructor(private readonly format: FormatReader) {
    this.advance(NOTHING);
  }

  /** Reads the next bytes. @throws ContentRefused. */
  push(chunk: Buffer): void {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    while (this.pending.length > 0 && this.satisfy(false));
  }

  /** Ends the file. @throws ContentRefused. */
  end(): FileInfo {
    while (this.found === undefined && this.satisfy(true));
    if (this.found === undefined) throw new ContentRefused(CUT_SHORT);
    return this.found;
  }

  /** Serves the format from the pending bytes. Returns false if more bytes have to arrive first. */
  private satisfy(isEnd: boolean): boolean {
    const { want } = this;
    if (want !== undefined && 'take' in want) return this.take(want.take, isEnd);
    if (want !== undefined && 'pass' in want) return this.pass(want);
    this.pending = NOTHING;
    if (isEnd && want !== undefined) this.advance(NOTHING);
    return false;
  }

  private take(count: number, isEnd: boolean): boolean {
    if (this.pending.length < count && !isEnd) return false;
    const bytes = this.pending.subarray(0, count);
    this.pending = this.pending.subarray(bytes.length);
    this.advance(bytes);
    return true;
  }

  private pass(want: Extract<ReadRequest, { pass: number }>): boolean {
    const count = Math.min(want.pass, this.pending.length);
    this.pending = this.pending.subarray(count);
    want.pass -= count;
    if (want.pass > 0) return false;
    this.advance(NOTHING);
    return true;
  }

  /** Resumes the format until it waits for bytes that have not arrived. */
  private advance(bytes: Buffer): void {
    let next = this.format.next(bytes);
    while (next.done !== true) {
      const want = next.value;
      if ('take' in want && want.take > MAX_TAKE)
        throw new Error('a format takes too much at once');
      if ('back' in want) this.pending = Buffer.concat([want.back, this.pending]);
      else if (!('pass' in want) || want.pass > 0) {
        this.want = want;
        return;
      }
      next = this.format.next(NOTHING);
    }
    this.want = undefined;
    this.found = next.value;
  }
}
