/** Detects a file's type by its content; its name and declared type don't count. */
import type { MediaType } from '../steps/schema-contract';
import { CollectedBytes } from './collected-bytes';
import { filePool } from './file-pool';
import { walkMp3, walkWebm } from './film';
import { walkMp4 } from './mp4';
import { ContentRefused, FileScanner, type FormatReader, type FileInfo } from './file-scanner';

/** Limits for every file, and the account of the file. */
export interface Inspecting {
  max_pixels: number;
  max_pages: number;
  account_uuid: string;
}

/** Number of bytes that identify every format except PDF. */
const HEAD_BYTES = 12;
/** A PDF header may be anywhere in the first bytes (ISO 32000-1, annex H, 3.4.1). */
const PDF_HEADER_BYTES = 1_024 + 8;

/** Bytes read without a pause: may have 2,000 boxes, which take 1 to 3 ms. */
const SLICE_BYTES = 16 * 1024;
const MAX_TURN_MS = 5;

/** Signatures of pictures. The decoder makes the final decision. */
const PICTURES = /^(\xff\xd8\xff|\x89PNG\r\n[^]\n|RIFF[^]{4}WEBP)/;
const FILMS: readonly [begins: RegExp, walk: () => FormatReader][] = [
  [/^[^]{4}(ftyp|moov|mdat|wide|free|skip|pnot)/, walkMp4],
  [/^[^]E\xdf\xa3/, walkWebm],
  [/^(ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/, walkMp3],
];
/** A PDF may follow mail headers, printer commands, a byte order mark or line breaks, but not HTML. */
const MARKUP = /<[a-z!?/]/i;

/** Common file types that are not accepted. */
const OTHERS: readonly [begins: RegExp, name: string][] = [
  [/^GIF8/, 'a GIF picture'],
  [/^(II\*\0|MM\0\*)/, 'a TIFF picture'],
  [/^BM/, 'a BMP picture'],
  [/^(PK[^]{2}|\xd0\xcf[^]\xe0\xa1\xb1)/, 'an office document or an archive'],
  [/^Rar!|^7z\xbc\xaf/, 'an archive'],
];

/** Pictures and PDFs are read as a whole, recordings while they arrive. */
type Kind = 'picture' | 'pdf' | FileScanner;

/** Reads a file that arrives in pieces. Buffers pictures and PDFs completely. */
export class Inspection {
  private readonly bytes = new CollectedBytes();
  private kind: Kind | undefined;
  private turnStartedAt = performance.now();

  constructor(private readonly inspecting: Inspecting) {}

  /** Reads a piece of any size, yielding to the event loop. @throws ContentRefused. */
  async read(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      this.push(chunk.subarray(at, at + SLICE_BYTES));
      if (performance.now() - this.turnStartedAt < MAX_TURN_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      this.turnStartedAt = performance.now();
    }
  }

  /** @throws ContentRefused. */
  push(chunk: Buffer): void {
    if (this.kind instanceof FileScanner) {
      this.kind.push(chunk);
      return;
    }
    this.bytes.push(chunk);
    if (this.kind === undefined) this.decide(false);
  }

  /** Reads the whole file. @throws ContentRefused. @throws FilesBusy. */
  async end(): Promise<FileInfo> {
    if (this.kind === undefined) this.decide(true);
    if (this.kind instanceof FileScanner) return this.kind.end();
    const { max_pages, max_pixels, account_uuid } = this.inspecting;
    const bytes = this.bytes.joined();
    if (this.kind === 'picture') {
      return filePool.run({ kind: 'picture', bytes, limit: max_pixels }, account_uuid);
    }
    const limit = max_pages + 1;
    const pages = await filePool.run({ kind: 'pages', bytes, limit }, account_uuid);
    return { mime: 'application/pdf', pages: pages.length };
  }

  private decide(isEnd: boolean): void {
    const { size } = this.bytes;
    if (size === 0) throw new ContentRefused('is empty; choose the file again');
    if (size < HEAD_BYTES && !isEnd) return;
    const head = this.bytes.head(PDF_HEADER_BYTES);
    this.kind = kindOf(head);
    if (this.kind instanceof FileScanner) this.kind.push(Buffer.from(this.bytes.joined().buffer));
    const isWhole = isEnd || head.length >= PDF_HEADER_BYTES;
    if (this.kind === undefined && (isWhole || otherName(head) !== undefined))
      throw otherKind(head);
  }
}

/** Returns the kind of a file by its first bytes; undefined if more bytes are needed. */
function kindOf(head: Buffer): Kind | undefined {
  const begins = head.toString('latin1');
  if (PICTURES.test(begins)) return 'picture';
  if (isPdf(head)) return 'pdf';
  const [, walk] = FILMS.find(([film]) => film.test(begins)) ?? [];
  return walk && new FileScanner(walk());
}

/** Returns true if a PDF begins here, with no HTML before it. */
export function isPdf(head: Buffer): boolean {
  const text = head.toString('latin1', 0, PDF_HEADER_BYTES);
  const start = text.search(/%PDF-\d/);
  return start >= 0 && !MARKUP.test(text.slice(0, start));
}

function otherName(head: Buffer): string | undefined {
  const begins = head.toString('latin1');
  return OTHERS.find(([other]) => other.test(begins))?.[1];
}

function otherKind(head: Buffer): ContentRefused {
  const name = otherName(head);
  const told =
    name === undefined ? 'is of a kind that is not accepted' : `is ${name}, which is not accepted`;
  return new ContentRefused(told, 'kind');
}

/**
 * Creates the copy of a stored picture that is served: upright, in sRGB, without metadata.
 * @throws FilesBusy. @throws ContentRefused if it can't be decoded any more.
 */
export async function servedCopy(
  content: AsyncIterable<Buffer>,
  { max_pixels, account_uuid }: Omit<Inspecting, 'max_pages'>,
): Promise<Buffer> {
  const collected = new CollectedBytes();
  for await (const chunk of content) collected.push(chunk);
  const bytes = collected.joined();
  return Buffer.from(await filePool.run({ kind: 'copy', bytes, limit: max_pixels }, account_uuid));
}

export function isMediaType(mime: string): mime is MediaType {
  return Object.hasOwn(ENDINGS, mime);
}

/** Usual file name extension by type. */
export const ENDINGS: Readonly<Record<MediaType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
};
