/** Pictures and recordings that must be refused, and files that are expensive to read. */
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { box, chunk, HTML, jpeg, mp3, mp4, pdf, png, SVG, webm, webp } from './files';

type Make = () => Buffer | Promise<Buffer>;

const text = (latin1: string) => Buffer.from(latin1, 'latin1');
const hex = (bytes: string) => Buffer.from(bytes, 'hex');
const OTHER = 'is of a kind that is not accepted';
const CUT = 'is cut short';
const MIB = 1024 * 1024;
const repeated = (bytes: string, size: number) => Buffer.alloc(size, hex(bytes));
const riff = (content: Buffer) => {
  const head = text('RIFF\0\0\0\0WEBP');
  head.writeUInt32LE(content.length + 4, 4);
  return Buffer.concat([head, content]);
};
const flat = {
  create: { width: 8_000, height: 8_000, channels: 4 as const, background: '#123456' },
};

export const REFUSED_FILES: readonly [what: string, make: Make, message: string][] = [
  ['nothing', () => Buffer.alloc(0), 'is empty; choose the file again'],
  ['a byte', () => hex('ff'), OTHER],
  ['SVG', () => SVG, OTHER],
  ['HTML', () => HTML, OTHER],
  ['HTML before a JPEG', () => Buffer.concat([HTML, jpeg()]), OTHER],
  ['a GIF', () => text('GIF89a\x01\0\x01\0\0\0\0;'), 'is a GIF picture, which is not accepted'],
  ['a TIFF', () => hex('49492a0008000000000000000000'), 'is a TIFF picture'],
  ['an office document', () => text('PK\x03\x04word/document.xml'), 'is an office document or'],
  ['a HEIC photo', () => mp4('vide', 'heic'), 'is a HEIC picture, which is not accepted'],
  ['an AVIF picture', () => mp4('vide', 'avif'), 'is an AVIF picture'],
  ['Matroska', () => webm('matr'), 'is a Matroska file'],
  ['a JPEG that is HTML', () => Buffer.concat([hex('ffd8ff'), HTML]), CUT],
  ['a JPEG of a name alone', () => hex('ffd8ffd9'), CUT],
  ['a JPEG cut in its header', () => jpeg().subarray(0, 30), CUT],
  ['a JPEG without its last marker', () => jpeg().subarray(0, -2), CUT],
  ['a photo cut in the middle', () => cutPhoto(), CUT],
  ['a PNG that is SVG', () => Buffer.concat([png().subarray(0, 8), SVG]), CUT],
  ['a PNG cut short', () => png().subarray(0, -30), CUT],
  ['a WebP cut short', () => webp().subarray(0, -60), CUT],
  ['a PNG that claims to be huge', () => png({ width: 60_000, height: 60_000 }), 'has more than'],
  ['a JPEG that claims to be huge', () => jpeg({ width: 65_000, height: 65_000 }), 'has more than'],
  ['a JPEG without a size', () => jpeg({ width: 0 }), CUT],
  ['a flat PNG of 256 million pixels', () => flatPng(), 'has more than 67108864 pixels'],
  [
    'a PNG of 16 bits that is too large',
    () => sharp(flat).toColourspace('rgb16').png().toBuffer(),
    'is too large to decode',
  ],
  ['an MP4 cut short', () => mp4().subarray(0, -5), 'is '],
  ['an MP4 without an index', () => mp4().subarray(0, 1_024), 'is an MP4 without a recording'],
  [
    'an MP4 of a handler outside a track',
    () =>
      Buffer.concat([
        box('ftyp', text('isom\0\0\0\0')),
        box('mdat', text('x')),
        box('moov', text('hdlr\0\0\0\0\0\0\0\0vide')),
      ]),
    'is a damaged MP4',
  ],
  [
    'an MP4 whose index exceeds it',
    () => Buffer.concat([box('ftyp', text('isom\0\0\0\0')), box('moov', hex('7fffffff7472616b'))]),
    'is a damaged MP4',
  ],
  ['an MP3 of one frame', () => mp3().subarray(0, 417), OTHER],
];

/** Files that kept the process busy; either response is allowed. */
export const COSTLY_FILES: readonly [what: string, make: Make][] = [
  ['a JPEG of empty segments', () => Buffer.concat([hex('ffd8'), repeated('ffe00002', 4 * MIB)])],
  ['a JPEG of fill bytes', () => Buffer.concat([hex('ffd8ff'), repeated('ff', 8 * MIB)])],
  ['a JPEG of stray bytes', () => Buffer.concat([hex('ffd8ffe00002'), repeated('0100', 8 * MIB)])],
  [
    'a JPEG of scans alone',
    () => Buffer.concat([jpeg().subarray(0, -2), repeated('ffda0002', 4 * MIB)]),
  ],
  ['a progressive JPEG of 900 scans', () => manyScans()],
  [
    'a PNG of empty chunks',
    () =>
      Buffer.concat([
        png().subarray(0, 33),
        Buffer.concat(Array.from({ length: 300_000 }, () => chunk('teSt', Buffer.alloc(0)))),
      ]),
  ],
  [
    'a PNG whose text is a bomb',
    () =>
      png({
        more: [chunk('zTXt', Buffer.concat([text('a\0\0'), deflateSync(Buffer.alloc(64 * MIB))]))],
      }),
  ],
  [
    'a PNG whose profile is a bomb',
    () =>
      png({
        more: [chunk('iCCP', Buffer.concat([text('a\0\0'), deflateSync(Buffer.alloc(64 * MIB))]))],
      }),
  ],
  [
    'an interlaced PNG of 64 million pixels',
    () => sharp(flat).png({ progressive: true }).toBuffer(),
  ],
  ['a WebP of 64 million pixels', () => sharp(flat).webp({ effort: 0 }).toBuffer()],
  ['a WebP of empty chunks', () => riff(repeated('4a554e4b00000000', 8 * MIB))],
  [
    'an MP4 of empty boxes',
    () => Buffer.concat([box('ftyp', text('isom\0\0\0\0')), repeated('0000000866726565', 2 * MIB)]),
  ],
  [
    'an MP4 with an index of 15 MiB',
    () =>
      Buffer.concat([
        box('ftyp', text('isom\0\0\0\0')),
        box('moov', box('free', Buffer.alloc(15 * MIB))),
        box('mdat', text('x')),
      ]),
  ],
  [
    'an MP4 with an index of tracks',
    () =>
      Buffer.concat([
        box('ftyp', text('isom\0\0\0\0')),
        box('moov', repeated('000000087472616b', 8 * MIB)),
      ]),
  ],
  [
    'an MP3 of frames',
    () => Buffer.concat(Array.from({ length: 20_000 }, () => mp3().subarray(0, 417))),
  ],
  ['a WebM of fillers', () => Buffer.concat([webm().subarray(0, 24), repeated('ec80', 4 * MIB)])],
  ['a PDF of 10,000 pages', () => pdf(10_000)],
];

async function cutPhoto(): Promise<Buffer> {
  const noise = {
    create: {
      width: 600,
      height: 400,
      channels: 3 as const,
      background: '#808080',
      noise: { type: 'gaussian' as const, mean: 128, sigma: 40 },
    },
  };
  const photo = await sharp(noise).jpeg().toBuffer();
  return photo.subarray(0, photo.length / 2);
}

/** 31 KB that decode to a gigabyte: one bit per pixel. */
function flatPng(): Buffer {
  const header = Buffer.from('000000000000000001000000' + '00', 'hex');
  header.writeUInt32BE(16_000, 0);
  header.writeUInt32BE(16_000, 4);
  const lines = deflateSync(Buffer.alloc(16_000 * 2_001));
  return Buffer.concat([
    ...[text('\x89PNG\r\n\x1a\n'), chunk('IHDR', header), chunk('IDAT', lines)],
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Repeats the last scan of a progressive picture: each is decoded over the whole picture. */
async function manyScans(): Promise<Buffer> {
  const photo = await sharp(flat).jpeg({ progressive: true }).toBuffer();
  const at = photo.lastIndexOf(hex('ffda'));
  const scan = photo.subarray(at, -2);
  return Buffer.concat([
    photo.subarray(0, -2),
    ...Array.from({ length: 900 }, () => scan),
    hex('ffd9'),
  ]);
}
