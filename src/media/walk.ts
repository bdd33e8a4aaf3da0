/**
 * Walks through a file whose bytes come in pieces, without holding it in memory. A format is a generator that says what
 * it wants of the bytes and is given it; what it lets pass is kept for the copy that is served, dropped or blanked.
 */
import type { MediaType } from '../steps/schema-contract';

/** What a format wants next. */
export type Want =
  /** Exactly so many bytes, in hand; fewer only at the end of the file. */
  | { take: number }
  /** Whatever there is, at least a byte; none at the end of the file. */
  | { some: true }
  /** Puts bytes back that were taken and are not understood yet. */
  | { back: Buffer }
  /** Lets so many bytes go by; answered with none. */
  | { pass: number; as: 'kept' | 'dropped' | 'blank' }
  /** Has these bytes in the served copy, in place of what was taken. */
  | { keep: Buffer };

/** What the walk found out by the end. */
export interface Found {
  mime: MediaType;
  /** Width times height, of an image. */
  pixels?: number;
  /** Of a PDF. */
  pages?: number;
}

export type Format = Generator<Want, Found, Buffer>;

/** The content isn't what it has to be; `message` ends a sentence that begins with "The file". */
export class ContentRefused extends Error {
  override readonly name = 'ContentRefused';
}

const NOTHING = Buffer.alloc(0);

export class Walk {
  private pending: Buffer = NOTHING;
  private kept: Buffer[] = [];
  private found: Found | undefined;
  private want: Want | undefined;

  constructor(private readonly format: Format) {
    this.advance(NOTHING);
  }

  /** Takes the next bytes; answers what of the file is to be served by now. @throws ContentRefused. */
  push(chunk: Buffer): Buffer {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    while (this.pending.length > 0 && this.satisfy(false));
    return this.served();
  }

  /** The file is over. @throws ContentRefused. */
  end(): { found: Found; rest: Buffer } {
    while (this.found === undefined && this.satisfy(true));
    if (this.found === undefined) throw new ContentRefused('is cut short');
    return { found: this.found, rest: this.served() };
  }

  private served(): Buffer {
    const all = Buffer.concat(this.kept);
    this.kept = [];
    return all;
  }

  /** Does what is wanted with what there is; false where more has to come first. */
  private satisfy(isEnd: boolean): boolean {
    const { want } = this;
    if (want === undefined) return this.drop();
    if ('take' in want) return this.take(want.take, isEnd);
    if ('some' in want) return this.hand(this.pending.length, isEnd);
    if ('pass' in want) return this.pass(want);
    throw new Error('a walk waits for bytes or for nothing');
  }

  /** After its end a format lets go of whatever follows. */
  private drop(): boolean {
    this.pending = NOTHING;
    return false;
  }

  private take(count: number, isEnd: boolean): boolean {
    if (this.pending.length < count && !isEnd) return false;
    return this.hand(Math.min(count, this.pending.length), isEnd);
  }

  private hand(count: number, isEnd: boolean): boolean {
    if (count === 0 && !isEnd) return false;
    const bytes = this.pending.subarray(0, count);
    this.pending = this.pending.subarray(count);
    this.advance(bytes);
    return true;
  }

  private pass(want: Extract<Want, { pass: number }>): boolean {
    const count = Math.min(want.pass, this.pending.length);
    if (want.pass > 0 && count === 0) return false;
    const bytes = this.pending.subarray(0, count);
    this.pending = this.pending.subarray(count);
    if (want.as === 'kept') this.kept.push(bytes);
    if (want.as === 'blank') this.kept.push(Buffer.alloc(count));
    want.pass -= count;
    if (want.pass === 0) this.advance(NOTHING);
    return true;
  }

  /** A format may put nearly all of it back, again and again: then nothing is copied. */
  private putBack(bytes: Buffer): void {
    this.pending = this.pending.length === 0 ? bytes : Buffer.concat([bytes, this.pending]);
  }

  /** Has the format go on until it waits for bytes that have to come. */
  private advance(bytes: Buffer): void {
    let next = this.format.next(bytes);
    while (next.done !== true) {
      const want = next.value;
      if ('keep' in want) this.kept.push(want.keep);
      else if ('back' in want) this.putBack(want.back);
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
