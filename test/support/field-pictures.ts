/** Pictures as phones, scanners and programs create them, and hostile ones. */
import sharp from 'sharp';
import { comment, exif, jpeg, mp4, png } from './files';

/** Corners of a picture: upper left, upper right, lower left, lower right. */
export const CORNERS = ['#ff0000', '#00ff00', '#0000ff', '#ffffff'] as const;

/** A picture of 64 by 32 pixels with a colour in each quarter. */
export function quarters() {
  const input = (colour: string) => ({
    create: { width: 32, height: 16, channels: 3 as const, background: colour },
  });
  const canvas = { create: { width: 64, height: 32, channels: 3 as const, background: '#000000' } };
  return sharp(canvas).composite(
    CORNERS.map((colour, index) => ({
      input: input(colour),
      left: (index % 2) * 32,
      top: Math.floor(index / 2) * 16,
    })),
  );
}

const plain = (width = 40, height = 20) =>
  sharp({ create: { width, height, channels: 4, background: '#336699c0' } });

/** Bytes between the header of a JPEG and its tables. */
function stray(bytes: string): Buffer {
  return jpeg({ more: [Buffer.from(bytes, 'hex')] });
}

/** Metadata of a JPEG: byte order, type and value of its orientation, as some phones write them. */
export function orientedAs(tiff: string): Buffer {
  const content = Buffer.concat([Buffer.from('457869660000', 'hex'), Buffer.from(tiff, 'hex')]);
  const head = Buffer.from('ffe10000', 'hex');
  head.writeUInt16BE(content.length + 2, 2);
  return jpeg({ more: [Buffer.concat([head, content])] });
}

export const FIELD_PICTURES: readonly [
  what: string,
  make: () => Buffer | Promise<Buffer>,
  mime: string,
][] = [
  ['JPEG with zeros before a marker', () => stray('0000'), 'image/jpeg'],
  ['JPEG with half a marker before a segment', () => stray('00e10008616263646566'), 'image/jpeg'],
  ['JPEG with text before a marker', () => stray('68656c6c6f'), 'image/jpeg'],
  ['JPEG with fill bytes before a marker', () => stray('ffffffffff'), 'image/jpeg'],
  ['JPEG with a comment', () => jpeg({ more: [comment('hola')] }), 'image/jpeg'],
  ['JPEG with an empty application segment', () => stray('ffe50002'), 'image/jpeg'],
  ['JPEG with Exif that can’t be read', () => orientedAs('4d4d002affffffff'), 'image/jpeg'],
  ['JPEG with two Exif segments', () => jpeg({ more: [exif(1), exif(6)] }), 'image/jpeg'],
  ['JPEG padded with zeros', () => Buffer.concat([jpeg(), Buffer.alloc(40_000)]), 'image/jpeg'],
  ['JPEG with a film behind it', () => Buffer.concat([jpeg(), mp4()]), 'image/jpeg'],
  ['JPEG with a second picture behind it', () => Buffer.concat([jpeg(), jpeg()]), 'image/jpeg'],
  ['JPEG of 50 million pixels', () => jpeg({ width: 8_160, height: 6_144 }), 'image/jpeg'],
  ['JPEG of 64 million pixels', () => jpeg({ width: 9_280, height: 6_944 }), 'image/jpeg'],
  ['JPEG taken upright', () => jpeg({ width: 6_144, height: 8_192 }), 'image/jpeg'],
  ['progressive JPEG', () => plain().jpeg({ progressive: true }).toBuffer(), 'image/jpeg'],
  ['JPEG in CMYK', () => plain().toColourspace('cmyk').jpeg().toBuffer(), 'image/jpeg'],
  ['grey JPEG', () => plain().greyscale().jpeg().toBuffer(), 'image/jpeg'],
  ['JPEG in Display P3', () => plain().withIccProfile('p3').jpeg().toBuffer(), 'image/jpeg'],
  ['PNG of 16 bits', () => plain().toColourspace('rgb16').png().toBuffer(), 'image/png'],
  ['interlaced PNG', () => plain().png({ progressive: true }).toBuffer(), 'image/png'],
  ['PNG with a palette', () => plain().png({ palette: true }).toBuffer(), 'image/png'],
  ['grey PNG', () => plain().greyscale().png().toBuffer(), 'image/png'],
  ['PNG with bytes behind it', () => Buffer.concat([png(), Buffer.alloc(500, 65)]), 'image/png'],
  ['WebP without loss', () => plain().webp({ lossless: true }).toBuffer(), 'image/webp'],
  ['WebP with transparency', () => plain().webp().toBuffer(), 'image/webp'],
  [
    'WebP with bytes behind it',
    async () => Buffer.concat([await plain().webp().toBuffer(), Buffer.alloc(501)]),
    'image/webp',
  ],
  ['a picture of one pixel', () => plain(1, 1).png().toBuffer(), 'image/png'],
  ['a picture of one line', () => plain(12_000, 1).png().toBuffer(), 'image/png'],
];
