/** Inspects files of devices and banks, and hostile ones. */
import {
  box,
  comment,
  exif,
  jpeg,
  mp3,
  mp4,
  pdf,
  png,
  pngExif,
  webm,
  webp,
} from '../../test/support/files';
import { FIELD_PDFS, REFUSED_PDFS } from '../../test/support/field-documents';
import { FIELD_FILMS } from '../../test/support/field-films';
import { FIELD_PICTURES } from '../../test/support/field-pictures';
import { REFUSED_FILES } from '../../test/support/hostile-files';
import { Inspection } from './inspect';
import type { FileInfo } from './file-scanner';

const LIMITS = { max_pixels: 67_108_864, max_pages: 200, account_uuid: 'account' };

/** Inspects a file that arrives in pieces of `size` bytes. */
async function look(file: Buffer, size = file.length || 1): Promise<FileInfo> {
  const inspection = new Inspection(LIMITS);
  for (let at = 0; at < file.length; at += size) inspection.push(file.subarray(at, at + size));
  return inspection.end();
}

test.each(FIELD_PDFS)(
  'a PDF %s has the page count that viewers show',
  async (_what, make, pages) => {
    expect(await look(await make())).toEqual({ mime: 'application/pdf', pages });
  },
);

test.each(FIELD_PICTURES)('%s is accepted as a picture', async (_what, make, mime) => {
  expect(await look(await make())).toMatchObject({ mime });
});

test.each(FIELD_FILMS)('%s is accepted as a recording', async (_what, make, mime) => {
  expect(await look(make())).toEqual({ mime });
});

test.each(REFUSED_PDFS)('a PDF %s is refused', async (_what, make, message) => {
  await expect(look(await make())).rejects.toThrow(message);
});

test.each(REFUSED_FILES)('%s is refused', async (_what, make, message) => {
  await expect(look(await make())).rejects.toThrow(message);
});

const PIECES: [what: string, make: () => Buffer | Promise<Buffer>, found: Partial<FileInfo>][] = [
  ['JPEG', () => jpeg({ more: [comment('hola')] }), { mime: 'image/jpeg', pixels: 307_200 }],
  ['PNG', () => png(), { mime: 'image/png', pixels: 3_072 }],
  ['WebP', () => webp(), { mime: 'image/webp', pixels: 800 }],
  ['PDF', () => pdf(3), { mime: 'application/pdf', pages: 3 }],
  ['MP4', () => mp4(), { mime: 'video/mp4' }],
  ['MP4 with only sound', () => mp4('soun'), { mime: 'audio/mp4' }],
  ['WebM', () => webm(), { mime: 'video/webm' }],
  ['MP3', () => mp3(), { mime: 'audio/mpeg' }],
];

test.each(PIECES)('a %s is recognized in pieces of any size', async (_what, make, found) => {
  const file = await make();
  for (const size of [1, 7, 70_000]) expect(await look(file, size)).toMatchObject(found);
});

test.each([
  [
    'an index of a film',
    () => Buffer.concat([mp4().subarray(0, 16), box('moov', box('free', Buffer.alloc(15 << 20)))]),
  ],
  ['a photo', () => Buffer.concat([jpeg(), Buffer.alloc(15 << 20)])],
])('%s received byte by byte is never copied as a whole', (_what, make) => {
  const file = make();
  const inspection = new Inspection(LIMITS);
  const start = file.length - 100_000;
  inspection.push(file.subarray(0, start));
  const concat = jest.spyOn(Buffer, 'concat');
  const copy = jest.spyOn(Buffer.prototype, 'copy');
  for (let at = start; at < file.length; at += 1) inspection.push(file.subarray(at, at + 1));
  const joined = concat.mock.results.map(({ value }) => (value as Buffer).length);
  const copied = copy.mock.results.map(({ value }) => Number(value));
  jest.restoreAllMocks();
  expect([...joined, ...copied].reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(300_000);
});

test('reading a large piece does not block the event loop', async () => {
  const piece = Buffer.concat([jpeg(), Buffer.alloc(64 << 20)]);
  const other = new Promise((resolve) => setImmediate(() => resolve('other')));
  const read = new Inspection(LIMITS).read(piece).then(() => 'file');
  expect(await Promise.race([read, other])).toBe('other');
});

test('the pages of a PDF are not read beyond the limit', async () => {
  expect(await look(await pdf(1_000))).toEqual({ mime: 'application/pdf', pages: 201 });
});

test('a file with the content of two types is identified by its first bytes', async () => {
  const file = Buffer.concat([jpeg({ more: [exif(6)] }), await pdf()]);
  expect(await look(file)).toMatchObject({ mime: 'image/jpeg' });
  expect(await look(png({ more: [pngExif(6)] }))).toMatchObject({ mime: 'image/png' });
});

test('a damaged file is accepted or refused with ContentRefused', async () => {
  const files = await Promise.all(PIECES.map(async ([, make]) => make()));
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48_271) % 0x7fffffff) % below;
  for (let round = 0; round < 400; round += 1) {
    const bytes = Buffer.from(files[round % files.length] ?? '');
    for (let change = random(4); change >= 0; change -= 1) {
      bytes[random(Math.min(bytes.length, 200))] = random(256);
    }
    const cut = bytes.subarray(0, random(2) === 0 ? bytes.length : random(bytes.length));
    const outcome = await look(cut, 1 + random(50)).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome.name).toBe('ContentRefused');
  }
});
