/** Sound and moving pictures: MP4, WebM and MP3. Their structure is looked at, not their streams. */
import { ContentRefused, type Format, type Want } from './walk';

/** Boxes that tell of the tracks are small; what is larger is hostile. */
const MAX_INDEX_BYTES = 16 * 1024 * 1024;
/** Apple's own container, and pictures (HEIF): neither is MP4. */
const OTHER_BRANDS = /^(qt {2}|heic|heix|hevc|mif1|msf1|avif|crx )$/;

/** MP4 (ISO/IEC 14496-12): boxes. `moov` tells of the tracks, which decide between sound and video. */
export function* walkMp4(): Format {
  let hasContent = false;
  let kind: 'video' | 'audio' | null = null;
  let isFirst = true;
  for (;;) {
    const head = yield { take: 8 };
    if (head.length === 0) break;
    if (head.length < 8) throw new ContentRefused('is cut short');
    const type = head.toString('latin1', 4);
    const left = yield* lengthOf(head);
    if (isFirst) yield* requireBrand(left);
    else if (type === 'moov') kind = yield* tracksOf(left);
    else yield { pass: left, as: 'dropped' };
    isFirst = false;
    hasContent ||= type === 'mdat';
  }
  if (kind === null || !hasContent) throw new ContentRefused('is an MP4 without a recording');
  return { mime: kind === 'video' ? 'video/mp4' : 'audio/mp4' };
}

/** What of a box follows its head; a length of 1 is told in eight bytes more, one of 0 lasts to the end. */
function* lengthOf(head: Buffer): Generator<Want, number, Buffer> {
  const told = head.readUInt32BE();
  if (told === 0) throw new ContentRefused('is an MP4 of unknown length');
  if (told !== 1) {
    if (told < 8) throw new ContentRefused('is a damaged MP4');
    return told - 8;
  }
  const long = yield { take: 8 };
  if (long.length < 8) throw new ContentRefused('is cut short');
  const whole = long.readBigUInt64BE();
  if (whole < 16n || whole > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new ContentRefused('is a damaged MP4');
  }
  return Number(whole) - 16;
}

function* requireBrand(left: number): Generator<Want, undefined, Buffer> {
  const brand = yield { take: Math.min(left, 4) };
  if (OTHER_BRANDS.test(brand.toString('latin1'))) {
    throw new ContentRefused('is of a kind that is not taken');
  }
  yield { pass: left - brand.length, as: 'dropped' };
  return undefined;
}

/** By the handlers of the tracks (8.4.3): four bytes of version and four of nothing stand before their type. */
function* tracksOf(left: number): Generator<Want, 'video' | 'audio' | null, Buffer> {
  if (left > MAX_INDEX_BYTES) throw new ContentRefused('is a damaged MP4');
  const bytes = yield { take: left };
  if (bytes.length < left) throw new ContentRefused('is cut short');
  const text = bytes.toString('latin1');
  if (/hdlr[^]{8}vide/.test(text)) return 'video';
  return /hdlr[^]{8}soun/.test(text) ? 'audio' : null;
}

const EBML_BYTES = 64;

/** WebM: an EBML file (RFC 8794) whose document type is `webm`. What browsers record has no lengths to check. */
export function* walkWebm(): Format {
  const head = yield { take: EBML_BYTES };
  const docType = head.indexOf(Buffer.from('4282', 'hex'));
  const isWebm = docType > 0 && head.toString('latin1', docType + 3, docType + 7) === 'webm';
  const segment = head.indexOf(Buffer.from('18538067', 'hex'));
  if (!isWebm) throw new ContentRefused('is of a kind that is not taken');
  if (segment < 0) throw new ContentRefused('is cut short');
  yield* passAll();
  return { mime: 'video/webm' };
}

const ID3_BYTES = 10;
const FRAME_BYTES = 4;
/** Kilobits a second of layer III (ISO/IEC 11172-3, 2.4.2.3; ISO/IEC 13818-3, 2.4.2.3). */
const RATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/** Samples a second, and by which they are divided, by the two bits of a version: MPEG 2.5, none, MPEG 2, MPEG 1. */
const SAMPLES = [44_100, 48_000, 32_000];
const DIVISORS = [4, 0, 2, 1];

/** MP3: perhaps an ID3 tag, and frames; two of them in a row are no chance. */
export function* walkMp3(): Format {
  const start = yield { take: ID3_BYTES };
  if (start.toString('latin1', 0, 3) === 'ID3') {
    // Seven bits a byte (ID3v2.4, 3.1).
    const size = start.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    yield { pass: size, as: 'dropped' };
  } else {
    yield { back: start };
  }
  for (let frames = 0; frames < 2; frames += 1) {
    const head = yield { take: FRAME_BYTES };
    const length = head.length < FRAME_BYTES ? 0 : frameLength(head);
    if (length === 0) throw new ContentRefused('is of a kind that is not taken');
    yield { pass: length - FRAME_BYTES, as: 'dropped' };
  }
  yield* passAll();
  return { mime: 'audio/mpeg' };
}

/** Of a frame of layer III with its head, in bytes; 0 where it is none. */
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

function* passAll(): Generator<Want, undefined, Buffer> {
  for (;;) {
    const bytes = yield { some: true };
    if (bytes.length === 0) return undefined;
  }
}
