/** Files as people upload them, and as attackers do: made byte by byte, small. */
import { deflateSync } from 'node:zlib';
import { PDFDocument } from 'pdf-lib';

const text = (latin1: string) => Buffer.from(latin1, 'latin1');

function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** An Exif segment with an orientation and where it was taken. */
export function exif(orientation = 1): Buffer {
  const tiff = Buffer.from('4d4d002a00000008' + '0001' + '011200030000000100000000', 'hex');
  tiff.writeUInt16BE(orientation, 18);
  return segment(0xe1, Buffer.concat([text('Exif\0\0'), tiff, text('GPS 19.4326 -99.1332')]));
}

export interface Picture {
  width?: number;
  height?: number;
  /** Between the header and the picture. */
  more?: Buffer[];
  /** What the picture is made of. */
  scan?: Buffer;
}

/** A JPEG; `scan` may hold stuffed bytes and restarts. */
export function jpeg({
  width = 640,
  height = 480,
  more = [],
  scan = text('picture'),
}: Picture = {}) {
  const frame = Buffer.from('080000000003012200021101031101', 'hex');
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  return Buffer.concat([
    ...[Buffer.of(0xff, 0xd8), segment(0xe0, text('JFIF\0\x01\x01\0\0\x01\0\x01\0\0')), ...more],
    ...[segment(0xc0, frame), segment(0xda, Buffer.from('03010002110311003f00', 'hex')), scan],
    Buffer.of(0xff, 0xd9),
  ]);
}

/** A JPEG comment. */
export const comment = (content: string) => segment(0xfe, text(content));

function chunk(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, text(type), content, Buffer.alloc(4)]);
}

export function png({ width = 64, height = 48, more = [] }: Picture = {}): Buffer {
  const header = Buffer.from('00000000000000000802000000', 'hex');
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const picture = deflateSync(Buffer.alloc(64));
  return Buffer.concat([
    ...[text('\x89PNG\r\n\x1a\n'), chunk('IHDR', header), ...more],
    ...[chunk('IDAT', picture), chunk('IEND', Buffer.alloc(0))],
  ]);
}

export const pngExif = () => chunk('eXIf', text('GPS 19.4326 -99.1332'));

/** An extended WebP with an EXIF chunk. */
export function webp(): Buffer {
  const riff = (type: string, content: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(content.length);
    return Buffer.concat([text(type), length, content, Buffer.alloc(content.length % 2)]);
  };
  const canvas = Buffer.from('08000000' + '3f0000' + '2f0000', 'hex');
  const picture = Buffer.from('1000009d012a40003000', 'hex');
  const chunks = Buffer.concat([
    ...[riff('VP8X', canvas), riff('VP8 ', picture), riff('EXIF', text('GPS 19.4326'))],
  ]);
  return riff('RIFF', Buffer.concat([text('WEBP'), chunks]));
}

export async function pdf(pages = 1, compressed = true): Promise<Buffer> {
  const document = await PDFDocument.create();
  for (let page = 0; page < pages; page += 1) document.addPage([200, 300]);
  return Buffer.from(await document.save({ useObjectStreams: compressed }));
}

/** A PDF whose index inflates to `size` bytes. */
export function pdfBomb(size: number): Buffer {
  const body = deflateSync(Buffer.alloc(size));
  return Buffer.concat([
    text('%PDF-1.5\n1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n'),
    ...[body, text('\nendstream\nendobj\nstartxref\n0\n%%EOF\n')],
  ]);
}

function box(type: string, content: Buffer): Buffer {
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
  const body = Buffer.concat([Buffer.of(0x84), text(docType), Buffer.from('18538067', 'hex')]);
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
