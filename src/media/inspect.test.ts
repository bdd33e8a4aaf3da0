import {
  comment,
  exif,
  HTML,
  jpeg,
  mp3,
  mp4,
  pdf,
  pdfBomb,
  png,
  pngExif,
  SVG,
  webm,
  webp,
} from '../../test/support/files';
import { inspect, servedCopy } from './inspect';
import type { Found } from './walk';

/** Fed in pieces of `size` bytes. */
function look(file: Buffer, size: number): Found {
  const walk = inspect();
  for (let at = 0; at < file.length; at += size) walk.push(file.subarray(at, at + size));
  return walk.end().found;
}

async function serve(file: Buffer, size = 3): Promise<Buffer> {
  async function* pieces() {
    for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
  }
  const parts: Buffer[] = [];
  for await (const part of servedCopy(pieces())) parts.push(part);
  return Buffer.concat(parts);
}

/** Stuffed bytes and restarts are no markers; a picture may come in several scans. */
const BUSY = Buffer.from('00ff00ffd0ff00ffd7ff0001', 'hex');

const FILES: [what: string, file: () => Buffer | Promise<Buffer>, found: Partial<Found>][] = [
  ['JPEG', () => jpeg({ scan: BUSY }), { mime: 'image/jpeg', pixels: 307_200 }],
  ['JPEG with a film behind it', () => Buffer.concat([jpeg(), mp4()]), { mime: 'image/jpeg' }],
  ['PNG', () => png(), { mime: 'image/png', pixels: 3_072 }],
  ['WebP', () => webp(), { mime: 'image/webp', pixels: 3_072 }],
  ['PDF', () => pdf(3), { mime: 'application/pdf', pages: 3 }],
  ['uncompressed PDF', () => pdf(2, false), { mime: 'application/pdf', pages: 2 }],
  ['MP4', () => mp4(), { mime: 'video/mp4' }],
  ['MP4 with sound alone', () => mp4('soun'), { mime: 'audio/mp4' }],
  ['WebM', () => webm(), { mime: 'video/webm' }],
  ['MP3', () => mp3(), { mime: 'audio/mpeg' }],
  [
    'MP3 with a tag',
    () => Buffer.concat([Buffer.from('49443304000000000004deadbeef', 'hex'), mp3()]),
    { mime: 'audio/mpeg' },
  ],
  ['PNG that claims to be huge', () => png({ width: 60_000, height: 60_000 }), { pixels: 3.6e9 }],
];

describe.each(FILES)('a %s', (_what, file, found) => {
  it.each([1, 7, 1_000_000])('is told by its content, in pieces of %d bytes', async (size) => {
    expect(look(await file(), size)).toMatchObject(found);
  });
});

const REFUSED: [what: string, file: () => Buffer | Promise<Buffer>, message: string][] = [
  ['nothing', () => Buffer.alloc(0), 'is empty'],
  ['a byte', () => Buffer.of(0xff), 'is of a kind that is not taken'],
  ['SVG', () => SVG, 'is of a kind that is not taken'],
  ['HTML', () => HTML, 'is of a kind that is not taken'],
  ['HTML before a JPEG', () => Buffer.concat([HTML, jpeg()]), 'is of a kind that is not taken'],
  ['HTML before a PDF', async () => Buffer.concat([HTML, await pdf()]), 'is of a kind'],
  ['a film of another kind', () => mp4('vide', 'qt  '), 'is of a kind that is not taken'],
  ['a photo of another kind', () => mp4('vide', 'heic'), 'is of a kind that is not taken'],
  ['Matroska', () => webm('matr'), 'is of a kind that is not taken'],
  ['a JPEG cut short', () => jpeg().subarray(0, -2), 'is cut short'],
  ['a JPEG cut in its header', () => jpeg().subarray(0, 30), 'is cut short'],
  ['a JPEG of a name alone', () => Buffer.from('ffd8ffd9', 'hex'), 'is a JPEG without'],
  ['a JPEG that is HTML', () => Buffer.concat([Buffer.from('ffd8ff', 'hex'), HTML]), 'is'],
  ['a PNG cut short', () => png().subarray(0, -13), 'is cut short'],
  ['a PNG that is SVG', () => Buffer.concat([png().subarray(0, 8), SVG]), 'is a damaged PNG'],
  ['a WebP cut short', () => webp().subarray(0, -9), 'is cut short'],
  ['a PDF cut short', async () => (await pdf()).subarray(0, -30), 'is cut short'],
  ['a PDF of a name alone', () => Buffer.from('%PDF-1.7\nstartxref\n%%EOF'), 'is a PDF without'],
  [
    'an encrypted PDF',
    async () =>
      Buffer.from(
        (await pdf(1, false))
          .toString('latin1')
          .replace('trailer\n<<', 'trailer\n<< /Encrypt 9 0 R'),
        'latin1',
      ),
    'is encrypted',
  ],
  ['an MP4 cut short', () => mp4().subarray(0, -5), 'is cut short'],
  ['an MP4 without an index', () => mp4().subarray(0, 1_024), 'is'],
];

test.each(REFUSED)('%s is refused', async (_what, file, message) => {
  const bytes = await file();
  for (const size of [1, 9, 1_000_000]) expect(() => look(bytes, size)).toThrow(message);
});

test('a PDF of 10,000 pages is counted, and one that is a bomb is not inflated', async () => {
  expect(look(await pdf(10_000), 1_000_000).pages).toBe(10_000);
  const bomb = pdfBomb(40 * 1024 * 1024);
  expect(() => look(bomb, 1_000_000)).toThrow('is compressed out of all proportion');
});

describe('a JPEG of scans alone', () => {
  const scans = (count: number) => Buffer.alloc(count * 4, Buffer.from('ffda0002', 'hex'));

  it('is refused', () => {
    const file = Buffer.concat([jpeg().subarray(0, -2), scans(250_000)]);
    for (const size of [9, 1_000_000]) {
      expect(() => look(file, size)).toThrow('is a JPEG of an unusual kind');
    }
  });

  it('is not copied for each of them', () => {
    const more = Buffer.alloc(1_000_000, 5);
    const file = Buffer.concat([jpeg().subarray(0, -2), scans(900), more, Buffer.of(0xff, 0xd9)]);
    const concat = jest.spyOn(Buffer, 'concat');
    expect(look(file, file.length).mime).toBe('image/jpeg');
    const copied = concat.mock.results.reduce(
      (sum, { value }) => sum + (value as Buffer).length,
      0,
    );
    concat.mockRestore();
    expect(copied).toBeLessThan(3 * file.length);
  });
});

describe('the copy that is served', () => {
  const telling = [exif(6), comment('<script>'), exif(1)];

  it('of a JPEG tells neither where it was taken nor anything else, and how it is turned', async () => {
    const copy = await serve(Buffer.concat([jpeg({ more: telling, scan: BUSY }), HTML]));
    expect(copy.toString('latin1')).not.toMatch(/GPS|script/);
    expect(look(copy, 1)).toEqual(look(jpeg(), 1));
    expect(copy.toString('hex')).toContain('011200030000000100060000');
    expect(copy.length).toBe(jpeg({ scan: BUSY }).length + 36);
  });

  it('of a JPEG that holds nothing else is the JPEG', async () => {
    expect((await serve(jpeg())).equals(jpeg())).toBe(true);
  });

  it('of a PNG is the PNG without where it was taken', async () => {
    const copy = await serve(Buffer.concat([png({ more: [pngExif()] }), HTML]));
    expect(copy.equals(png())).toBe(true);
  });

  it('of a WebP has nothing in its place', async () => {
    const copy = await serve(webp());
    expect(copy.toString('latin1')).not.toMatch(/GPS|EXIF/);
    expect(copy.length).toBe(webp().length);
    expect(copy[20]).toBe(0);
    expect(look(copy, 5)).toEqual(look(webp(), 5));
  });
});

test('whatever is done to a file, it is taken or refused, and never anything else', async () => {
  const files = await Promise.all(FILES.slice(0, 11).map(async ([, file]) => file()));
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48_271) % 0x7fffffff) % below;
  for (let round = 0; round < 3_000; round += 1) {
    const bytes = Buffer.from(files[round % files.length] ?? '');
    for (let change = random(4); change >= 0; change -= 1) {
      bytes[random(Math.min(bytes.length, 200))] = random(256);
    }
    const cut = bytes.subarray(0, random(2) === 0 ? bytes.length : random(bytes.length));
    try {
      look(cut, 1 + random(50));
    } catch (error) {
      expect((error as Error).name).toBe('ContentRefused');
    }
  }
});
