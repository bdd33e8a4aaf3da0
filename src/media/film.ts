/** Reads WebM and MP3 files: their structure, not their streams. */
import { ContentRefused, CUT_SHORT, type FormatReader, type ReadRequest } from './file-scanner';

const UNKNOWN = 'is of a kind that is not accepted';
const EBML = '1a45dfa3';
const DOC_TYPE = '4282';
const SEGMENT = '18538067';
/** Void and CRC-32 elements, which may occur anywhere. */
const FILLERS = ['ec', 'bf'];
const MAX_HEADER_BYTES = 4_096;
const MAX_FILLERS = 16;

/** Reads WebM: an EBML file (RFC 8794) with document type `webm`. Recordings of browsers have no lengths to check. */
export function* walkWebm(): FormatReader {
  const id = yield* number();
  const size = yield* sizeOf();
  if (id.toString('hex') !== EBML || size > MAX_HEADER_BYTES) {
    throw new ContentRefused(UNKNOWN, 'kind');
  }
  const header = yield { take: size };
  if (header.length < size) throw new ContentRefused(CUT_SHORT);
  if (docTypeOf(header) !== 'webm') {
    throw new ContentRefused('is a Matroska file, which is not accepted', 'kind');
  }
  for (let count = 0; count <= MAX_FILLERS; count += 1) {
    const next = (yield* number()).toString('hex');
    if (next === SEGMENT) {
      yield { rest: true };
      return { mime: 'video/webm' };
    }
    if (!FILLERS.includes(next)) break;
    yield { pass: yield* sizeOf() };
  }
  throw new ContentRefused('is a damaged WebM; record it again');
}

/** Reads the size of an element in bytes. */
function* sizeOf(): Generator<ReadRequest, number, Buffer> {
  const bytes = yield* number();
  bytes[0] = (bytes[0] ?? 0) & (0xff >> bytes.length);
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Reads a number of variable length (RFC 8794, 4): its leading zeros encode the number of following bytes. */
function* number(): Generator<ReadRequest, Buffer, Buffer> {
  const first = yield { take: 1 };
  const more = Math.clz32(first[0] ?? 0) - 24;
  if (first.length === 0) throw new ContentRefused(CUT_SHORT);
  if (more > 7) throw new ContentRefused(UNKNOWN, 'kind');
  const rest = yield { take: more };
  if (rest.length < more) throw new ContentRefused(CUT_SHORT);
  return Buffer.concat([first, rest]);
}

/** Returns the document type. Elements of the header have ids of one or two bytes and sizes of one. */
function docTypeOf(header: Buffer): string | null {
  let at = 0;
  while (at + 2 < header.length) {
    const idBytes = Math.clz32(header[at] ?? 0) - 23;
    const id = header.toString('hex', at, at + idBytes);
    const size = (header[at + idBytes] ?? 0) & 0x7f;
    at += idBytes + 1;
    if (id === DOC_TYPE) return header.toString('latin1', at, at + size).replace(/\0+$/, '');
    at += size;
  }
  return null;
}

const ID3_BYTES = 10;
const HAS_FOOTER = 0x10;
/** Maximum zeros between a tag and the first frame: encoders leave some. */
const MAX_PADDING = 4_096;
const FRAME_BYTES = 4;
/** Kilobits a second of layer III (ISO/IEC 11172-3, 2.4.2.3; ISO/IEC 13818-3, 2.4.2.3). */
const RATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/** Sample rates and their divisors by the two version bits: MPEG 2.5, reserved, MPEG 2, MPEG 1. */
const SAMPLES = [44_100, 48_000, 32_000];
const DIVISORS = [4, 0, 2, 1];

/** Reads MP3: an optional ID3 tag, then frames. Requires two consecutive frames, which rules out a coincidence. */
export function* walkMp3(): FormatReader {
  const start = yield { take: ID3_BYTES };
  if (start.toString('latin1', 0, 3) === 'ID3') {
    // Seven bits per byte (ID3v2.4, 3.1).
    const size = start.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    const footer = ((start[5] ?? 0) & HAS_FOOTER) === 0 ? 0 : ID3_BYTES;
    yield { pass: size + footer };
    const padded = yield { take: MAX_PADDING };
    const first = padded.findIndex((byte) => byte !== 0);
    yield { back: padded.subarray(Math.max(0, first)) };
  } else {
    yield { back: start };
  }
  for (let frames = 0; frames < 2; frames += 1) {
    const head = yield { take: FRAME_BYTES };
    const length = head.length < FRAME_BYTES ? 0 : frameLength(head);
    if (length === 0) throw new ContentRefused(UNKNOWN, 'kind');
    yield { pass: length - FRAME_BYTES };
  }
  yield { rest: true };
  return { mime: 'audio/mpeg' };
}

/** Returns the length of a layer III frame in bytes with its header; 0 if the bytes are no such header. */
function frameLength(head: Buffer): number {
  const bits = head.readUInt32BE();
  const version = (bits >>> 19) & 3;
  const isFrame = bits >>> 21 === 0x7ff && ((bits >>> 17) & 3) === 1;
  const isFirst = version === 3;
  const rate = (isFirst ? RATES_1 : RATES_2)[(bits >>> 12) & 15];
  const samples = SAMPLES[(bits >>> 10) & 3];
  const divisor = DIVISORS[version];
  if (!isFrame || !rate || !samples || !divisor) return 0;
  const padding = (bits >>> 9) & 1;
  return Math.floor(((isFirst ? 144 : 72) * rate * 1_000 * divisor) / samples) + padding;
}
