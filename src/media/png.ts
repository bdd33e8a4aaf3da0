/** PNG (W3C, PNG Specification, third edition): its chunks, and what of them is served. */
import { ContentRefused, type Format, type Want } from './walk';

const SIGNATURE_BYTES = 8;
const HEADER_BYTES = 13;
const CRC_BYTES = 4;
/** A chunk's length is at most 2³¹ − 1. */
const MAX_LENGTH = 2 ** 31 - 1;
/** Where and when it was taken, and free text. */
const DROPPED = new Set(['eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME']);

export function* walkPng(): Format {
  yield { keep: yield { take: SIGNATURE_BYTES } };
  const pixels = yield* header();
  for (let hasPicture = false; ;) {
    const { head, length, type } = yield* chunk();
    const isDropped = DROPPED.has(type);
    if (!isDropped) yield { keep: head };
    yield { pass: length + CRC_BYTES, as: isDropped ? 'dropped' : 'kept' };
    hasPicture ||= type === 'IDAT';
    if (type !== 'IEND') continue;
    if (pixels === 0 || !hasPicture) throw new ContentRefused('is a PNG without a picture');
    return { mime: 'image/png', pixels };
  }
}

function* header(): Generator<Want, number, Buffer> {
  const { head, length, type } = yield* chunk();
  if (type !== 'IHDR' || length !== HEADER_BYTES) throw new ContentRefused('is a damaged PNG');
  const size = yield { take: HEADER_BYTES };
  if (size.length < HEADER_BYTES) throw new ContentRefused('is cut short');
  yield { keep: Buffer.concat([head, size]) };
  yield { pass: CRC_BYTES, as: 'kept' };
  return size.readUInt32BE(0) * size.readUInt32BE(4);
}

function* chunk(): Generator<Want, { head: Buffer; length: number; type: string }, Buffer> {
  const head = yield { take: 8 };
  if (head.length < 8) throw new ContentRefused('is cut short');
  const length = head.readUInt32BE();
  const type = head.toString('latin1', 4);
  const isWellFormed = length <= MAX_LENGTH && /^[A-Za-z]{4}$/.test(type);
  if (!isWellFormed) throw new ContentRefused('is a damaged PNG');
  return { head, length, type };
}
