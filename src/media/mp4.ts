/** Reads MP4 and QuickTime files (ISO/IEC 14496-12): their boxes, not their streams. */
import { ContentRefused, CUT_SHORT, type FormatReader, type ReadRequest } from './file-scanner';

/** Brands of pictures and camera raw files, which have the same structure. */
const PICTURES: ReadonlyMap<string, string> = new Map([
  ['heic', 'a HEIC picture'],
  ['heix', 'a HEIC picture'],
  ['heim', 'a HEIC picture'],
  ['heis', 'a HEIC picture'],
  ['hevc', 'a HEIC picture'],
  ['hevx', 'a HEIC picture'],
  ['mif1', 'a HEIF picture'],
  ['msf1', 'a HEIF picture'],
  ['avif', 'an AVIF picture'],
  ['avis', 'an AVIF picture'],
  ['crx ', 'a camera raw file'],
]);
const QUICKTIME = 'qt  ';
/** Maximum boxes: a recording of five minutes with a fragment per frame has 18,000. */
const MAX_BOXES = 20_000;
/** Path of boxes to a track's handler. */
const PATH: ReadonlyMap<string, string> = new Map([
  ['file', 'moov'],
  ['moov', 'trak'],
  ['trak', 'mdia'],
]);
const BRAND_BYTES = 4;
/** Version and flags, a reserved word, the handler's type (8.4.3). */
const HANDLER_BYTES = 12;

const DAMAGED = 'is a damaged MP4; record or export it again';

interface Film {
  boxes: number;
  brand: string;
  hasContent: boolean;
  tracks: Set<string>;
}

export function* walkMp4(): FormatReader {
  // Files of old cameras have no brand, as in early QuickTime.
  const film: Film = { boxes: 0, brand: QUICKTIME, hasContent: false, tracks: new Set() };
  yield* boxesIn('file', Infinity, film);
  const hasPicture = film.tracks.has('vide');
  if (!film.hasContent || !(hasPicture || film.tracks.has('soun'))) {
    throw new ContentRefused('is an MP4 without a recording; send a complete one');
  }
  if (!hasPicture) return { mime: 'audio/mp4' };
  return { mime: film.brand === QUICKTIME ? 'video/quicktime' : 'video/mp4' };
}

/** Reads the boxes in the `left` bytes of a container. */
function* boxesIn(
  container: string,
  left: number,
  film: Film,
): Generator<ReadRequest, undefined, Buffer> {
  while (left > 0) {
    const head = yield { take: Math.min(left, 8) };
    if (head.length < 8) {
      requirePadding(head, container);
      return undefined;
    }
    film.boxes += 1;
    if (film.boxes > MAX_BOXES) throw new ContentRefused(DAMAGED);
    const type = head.toString('latin1', 4);
    const { length, content } = yield* lengthOf(head, container);
    if (length > left) throw new ContentRefused(DAMAGED);
    yield* box(container, type, content, film);
    if (content === Infinity) return undefined;
    left -= length;
  }
  return undefined;
}

/** @throws ContentRefused unless the rest is zeros: some recorders pad their files to a block. */
function requirePadding(bytes: Buffer, container: string): void {
  if (container !== 'file' || bytes.some((byte) => byte !== 0)) throw new ContentRefused(CUT_SHORT);
}

/**
 * Returns the length of a box with its header, and of its content. 1 means that 64 bits follow, 0 that the box ends
 * with the file.
 */
function* lengthOf(
  head: Buffer,
  container: string,
): Generator<ReadRequest, { length: number; content: number }, Buffer> {
  const length = head.readUInt32BE();
  if (length >= 8) return { length, content: length - 8 };
  if (length === 0 && container === 'file') return { length: Infinity, content: Infinity };
  if (length !== 1) throw new ContentRefused(DAMAGED);
  const long = yield { take: 8 };
  if (long.length < 8) throw new ContentRefused(CUT_SHORT);
  const whole = long.readBigUInt64BE();
  if (whole < 16n || whole > BigInt(Number.MAX_SAFE_INTEGER)) throw new ContentRefused(DAMAGED);
  return { length: Number(whole), content: Number(whole) - 16 };
}

function* box(
  container: string,
  type: string,
  content: number,
  film: Film,
): Generator<ReadRequest, undefined, Buffer> {
  if (PATH.get(container) === type) return yield* boxesIn(type, content, film);
  if (container === 'file' && type === 'mdat') film.hasContent = true;
  let read = 0;
  if (container === 'file' && type === 'ftyp') {
    read = Math.min(content, BRAND_BYTES);
    film.brand = brandOf(yield { take: read });
  } else if (container === 'mdia' && type === 'hdlr') {
    read = Math.min(content, HANDLER_BYTES);
    film.tracks.add((yield { take: read }).toString('latin1', 8));
  }
  if (content === Infinity) yield { rest: true };
  else yield { pass: content - read };
  return undefined;
}

/** @throws ContentRefused for a picture. */
function brandOf(bytes: Buffer): string {
  const brand = bytes.toString('latin1');
  const picture = PICTURES.get(brand);
  if (picture === undefined) return brand;
  throw new ContentRefused(`is ${picture}, which is not accepted`, 'kind');
}
