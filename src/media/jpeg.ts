/** JPEG (ITU-T T.81, annex B): its segments, what of them is served, and whether it is whole. */
import { ContentRefused, type Format, type Want } from './walk';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const COM = 0xfe;
/** A segment's own bytes that tell what it holds. */
const NAME_BYTES = 16;
/** A progressive picture has about ten; each is looked at anew, so they are bounded. */
const MAX_SCANS = 1_000;

/** Of the application segments, those that say how the pixels are to be shown (JFIF, ICC, Adobe). */
const SHOWN: readonly [marker: number, name: string][] = [
  [APP0, 'JFIF\0'],
  [APP2, 'ICC_PROFILE\0'],
  [APP14, 'Adobe'],
];

export function* walkJpeg(): Format {
  yield { keep: yield { take: 2 } };
  let [pixels, scans] = [0, 0];
  for (;;) {
    const marker = yield* nextMarker();
    if (marker === EOI) return end(pixels);
    if (marker === SOI) throw new ContentRefused('is a damaged JPEG');
    const head = yield { take: 2 };
    if (head.length < 2) throw new ContentRefused('is cut short');
    const left = head.readUInt16BE() - 2;
    if (left < 0) throw new ContentRefused('is a damaged JPEG');
    if (isApplication(marker)) {
      yield* application(marker, head, left);
      continue;
    }
    yield { keep: Buffer.concat([Buffer.of(0xff, marker), head]) };
    if (isFrame(marker)) pixels = Math.max(pixels, yield* frame(left));
    else yield { pass: left, as: 'kept' };
    if (marker !== SOS) continue;
    scans += 1;
    if (scans > MAX_SCANS) throw new ContentRefused('is a JPEG of an unusual kind');
    yield* scan();
  }
}

function end(pixels: number) {
  if (pixels === 0) throw new ContentRefused('is a JPEG without a picture');
  return { mime: 'image/jpeg' as const, pixels };
}

/** Fill bytes may stand before a marker; anything else may not. The end of the image is kept here. */
function* nextMarker(): Generator<Want, number, Buffer> {
  const [first] = yield { take: 1 };
  if (first === undefined) throw new ContentRefused('is cut short');
  if (first !== 0xff) throw new ContentRefused('is a damaged JPEG');
  for (;;) {
    const [marker] = yield { take: 1 };
    if (marker === undefined) throw new ContentRefused('is cut short');
    if (marker === 0xff) continue;
    if (marker === EOI) yield { keep: Buffer.of(0xff, EOI) };
    return marker;
  }
}

function isApplication(marker: number): boolean {
  return (marker >= APP0 && marker <= 0xef) || marker === COM;
}

/** SOF0 to SOF15, but DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function* frame(left: number): Generator<Want, number, Buffer> {
  const head = yield { take: Math.min(left, 5) };
  if (head.length < 5) throw new ContentRefused('is cut short');
  yield { keep: head };
  yield { pass: left - 5, as: 'kept' };
  const pixels = head.readUInt16BE(1) * head.readUInt16BE(3);
  if (pixels === 0) throw new ContentRefused('is a JPEG without a size');
  return pixels;
}

/** Where and when a photo was taken, and whatever else was written beside it, is nobody's who looks at it. */
function* application(
  marker: number,
  head: Buffer,
  left: number,
): Generator<Want, undefined, Buffer> {
  const name = yield { take: Math.min(left, NAME_BYTES) };
  const rest = left - name.length;
  const isShown = SHOWN.some(
    ([shown, text]) => shown === marker && name.subarray(0, text.length).equals(Buffer.from(text)),
  );
  if (isShown) {
    yield { keep: Buffer.concat([Buffer.of(0xff, marker), head, name]) };
    yield { pass: rest, as: 'kept' };
  } else if (marker === APP1 && name.subarray(0, 6).equals(EXIF)) {
    const tiff = Buffer.concat([name, yield { take: rest }]).subarray(6);
    yield { keep: turned(orientationOf(tiff)) };
  } else {
    yield { pass: rest, as: 'dropped' };
  }
  return undefined;
}

const EXIF = Buffer.from('Exif\0\0');
const ORIENTATION = 0x0112;
const ENTRY_BYTES = 12;

/** How the picture has to be turned (Exif 2.32, 4.6.4): 1 to 8, 1 where it says nothing sensible. */
function orientationOf(tiff: Buffer): number {
  if (tiff.length < 10) return 1;
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const read16 = (at: number) => {
    if (at + 2 > tiff.length) return 0;
    return isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  };
  const start = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const count = Math.min(read16(start), 200);
  for (let index = 0; index < count; index += 1) {
    const entry = start + 2 + index * ENTRY_BYTES;
    if (read16(entry) !== ORIENTATION) continue;
    const orientation = read16(entry + 8);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}

/** An Exif segment that says how to turn the picture and nothing else; nothing where it stands upright. */
function turned(orientation: number): Buffer {
  if (orientation === 1) return Buffer.alloc(0);
  const tiff = Buffer.from(
    '4d4d002a00000008' + '0001' + '011200030000000100000000' + '00000000',
    'hex',
  );
  tiff.writeUInt16BE(orientation, 18);
  const head = Buffer.of(0xff, APP1, 0, 0);
  head.writeUInt16BE(2 + EXIF.length + tiff.length, 2);
  return Buffer.concat([head, EXIF, tiff]);
}

/** Entropy-coded data goes on until a marker that is neither a stuffed zero nor a restart. */
function* scan(): Generator<Want, undefined, Buffer> {
  for (;;) {
    const bytes = yield { some: true };
    if (bytes.length === 0) throw new ContentRefused('is cut short');
    const at = markerIn(bytes);
    if (at < 0) {
      yield { keep: bytes };
      continue;
    }
    yield { keep: bytes.subarray(0, at) };
    const rest = bytes.subarray(at);
    if (rest.length > 1) {
      yield { back: rest };
      return undefined;
    }
    // What follows decides whether it is a marker.
    const [next] = yield { take: 1 };
    if (next === undefined) throw new ContentRefused('is cut short');
    yield { back: Buffer.of(0xff, next) };
    if (isMarker(next)) return undefined;
  }
}

/** Where a marker begins, or may begin with the last byte; -1 where none does. */
function markerIn(bytes: Buffer): number {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined || isMarker(next)) return at;
  }
  return -1;
}

function isMarker(byte: number): boolean {
  return byte !== 0 && !(byte >= 0xd0 && byte <= 0xd7);
}
