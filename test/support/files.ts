/** Small files as people and attackers upload them, built byte by byte. */
import { deflateSync } from 'node:zlib';
import { PDFDocument } from 'pdf-lib';

const text = (latin1: string) => Buffer.from(latin1, 'latin1');

function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** An Exif segment with an orientation and coordinates. */
export function exif(orientation = 1): Buffer {
  const tiff = Buffer.from(
    '4d4d002a00000008' + '0001' + '011200030000000100000000' + '00000000',
    'hex',
  );
  tiff.writeUInt16BE(orientation, 18);
  return segment(0xe1, Buffer.concat([text('Exif\0\0'), tiff, text('GPS 19.4326 -99.1332')]));
}

export interface Picture {
  width?: number;
  height?: number;
  /** Bytes between the header and the picture. */
  more?: Buffer[];
  /** Data of the picture. */
  scan?: Buffer;
}

/** A grey JPEG of 16 by 8 pixels, as written by Pillow. */
const GREY = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarY' +
    'qMyP/L2u71////m8H////6/+b9//j/wAALCAAIABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL' +
    '/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJi' +
    'coKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ip' +
    'qrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AD+zP9mj+zP9mv' +
    '/Z',
  'base64',
);

/** A JPEG whose header has another size: decoders fill missing pixels with grey. */
export function jpeg({
  width = 640,
  height = 480,
  more = [],
  scan = Buffer.alloc(0),
}: Picture = {}) {
  const tables = GREY.indexOf('ffdb', 'hex');
  const file = Buffer.from(GREY);
  const frame = GREY.indexOf('ffc0', 'hex');
  file.writeUInt16BE(height, frame + 5);
  file.writeUInt16BE(width, frame + 7);
  return Buffer.concat([
    ...[file.subarray(0, tables), ...more, file.subarray(tables, -2), scan],
    file.subarray(-2),
  ]);
}

/** A JPEG comment. */
export const comment = (content: string) => segment(0xfe, text(content));

function crc(bytes: Buffer): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}

export function chunk(type: string, content: Buffer): Buffer {
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc(Buffer.concat([text(type), content])));
  return Buffer.concat([length, text(type), content, check]);
}

/** A black PNG. Above ten million pixels only its header has that size. */
export function png({ width = 64, height = 48, more = [] }: Picture = {}): Buffer {
  const header = Buffer.from('00000000000000000802000000', 'hex');
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const isReal = width * height < 10_000_000;
  const picture = deflateSync(Buffer.alloc(isReal ? height * (1 + width * 3) : 64));
  return Buffer.concat([
    ...[text('\x89PNG\r\n\x1a\n'), chunk('IHDR', header), ...more],
    ...[chunk('IDAT', picture), chunk('IEND', Buffer.alloc(0))],
  ]);
}

export const pngExif = (orientation = 1) => chunk('eXIf', exif(orientation).subarray(10));

/** A lossy picture of 40 by 20 pixels, as written by libwebp. */
const VP8 = Buffer.from(
  '8AMAnQEqKAAUAD5lKpBFpCKhmqQAQAZEtIAF8A9f0uaKV10fSxT8AAD+/aY8nmezk5bNowXoQ/qtRjqZZMAAAA==',
  'base64',
);

/** An extended WebP with an EXIF chunk. */
export function webp(): Buffer {
  const riff = (type: string, content: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(content.length);
    return Buffer.concat([text(type), length, content, Buffer.alloc(content.length % 2)]);
  };
  const canvas = Buffer.from('08000000' + '270000' + '130000', 'hex');
  const tags = exif(6).subarray(10);
  const chunks = Buffer.concat([...[riff('VP8X', canvas), riff('VP8 ', VP8), riff('EXIF', tags)]]);
  return riff('RIFF', Buffer.concat([text('WEBP'), chunks]));
}

export async function pdf(pages = 1, compressed = true): Promise<Buffer> {
  const document = await PDFDocument.create();
  for (let page = 0; page < pages; page += 1) document.addPage([200, 300]);
  return Buffer.from(await document.save({ useObjectStreams: compressed }));
}

/** A PDF whose index decompresses to `size` bytes. */
export function pdfBomb(size: number): Buffer {
  const body = deflateSync(Buffer.alloc(size));
  return Buffer.concat([
    text('%PDF-1.5\n1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n'),
    ...[body, text('\nendstream\nendobj\nstartxref\n0\n%%EOF\n')],
  ]);
}

export function box(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length + 8);
  return Buffer.concat([length, text(type), content]);
}

export function mp4(handler: 'vide' | 'soun' = 'vide', brand = 'isom'): Buffer {
  const told = box('hdlr', Buffer.concat([Buffer.alloc(8), text(handler), Buffer.alloc(12)]));
  return Buffer.concat([
    box('ftyp', text(`${brand}\0\0\0\0`)),
    box('mdat', Buffer.alloc(1_000, 7)),
    box('moov', box('trak', box('mdia', told))),
  ]);
}

export function webm(docType = 'webm'): Buffer {
  const head = Buffer.from('1a45dfa3' + '93' + '4286810142f7810142f28104' + '4282', 'hex');
  const body = Buffer.concat([
    ...[Buffer.of(0x84), text(docType), Buffer.from('18538067' + '01ffffffffffffff', 'hex')],
  ]);
  return Buffer.concat([head, body, Buffer.alloc(200)]);
}

/** Three frames of 128 kbit/s at 44.1 kHz. */
export function mp3(): Buffer {
  const frame = Buffer.alloc(417);
  frame.writeUInt32BE(0xff_fb_90_00);
  return Buffer.concat([frame, frame, frame]);
}

export const SVG = text('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
export const HTML = text('<!doctype html><script>alert(1)</script>');
