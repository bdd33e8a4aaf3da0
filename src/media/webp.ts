/** WebP (RFC 9649): a RIFF file of chunks. What isn't served is blanked, so that no length has to be changed. */
import { ContentRefused, type Format } from './walk';

const RIFF_BYTES = 12;
const CHUNK_BYTES = 8;
/** Of `VP8X`, RFC 9649, 2.7.1. */
const HAS_EXIF_OR_XMP = 0x08 | 0x04;
const JUNK = Buffer.from('JUNK');

export function* walkWebp(): Format {
  const riff = yield { take: RIFF_BYTES };
  yield { keep: riff };
  let left = riff.readUInt32LE(4) - 4;
  let pixels = 0;
  while (left > 0) {
    const head = yield { take: CHUNK_BYTES };
    if (head.length < CHUNK_BYTES) throw new ContentRefused('is cut short');
    const type = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    // Chunks are padded to an even length.
    const padded = length + (length % 2);
    left -= CHUNK_BYTES + padded;
    if (left < 0) throw new ContentRefused('is a damaged WebP');
    if (type === 'EXIF' || type === 'XMP ') {
      yield { keep: Buffer.concat([JUNK, head.subarray(4)]) };
      yield { pass: padded, as: 'blank' };
      continue;
    }
    const start = yield { take: Math.min(padded, 10) };
    if (start.length < Math.min(padded, 10)) throw new ContentRefused('is cut short');
    pixels = Math.max(pixels, pixelsOf(type, start));
    yield { keep: Buffer.concat([head, type === 'VP8X' ? withoutFlags(start) : start]) };
    yield { pass: padded - start.length, as: 'kept' };
  }
  if (pixels === 0) throw new ContentRefused('is a WebP without a picture');
  return { mime: 'image/webp', pixels };
}

function withoutFlags(start: Buffer): Buffer {
  const copy = Buffer.from(start);
  copy.writeUInt8((copy[0] ?? 0) & ~HAS_EXIF_OR_XMP);
  return copy;
}

/** Width times height where a chunk tells it: RFC 9649, 2.5 to 2.7; RFC 6386, 9.1. */
function pixelsOf(type: string, start: Buffer): number {
  if (start.length < 10) return 0;
  if (type === 'VP8X') return (start.readUIntLE(4, 3) + 1) * (start.readUIntLE(7, 3) + 1);
  if (type === 'VP8 ' && start.readUIntBE(3, 3) === 0x9d012a) {
    return (start.readUInt16LE(6) & 0x3fff) * (start.readUInt16LE(8) & 0x3fff);
  }
  if (type === 'VP8L' && start[0] === 0x2f) {
    const bits = start.readUInt32LE(1);
    return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
  }
  return 0;
}
