/** Tests the served copy of a picture: upright, in sRGB, without metadata. */
import sharp from 'sharp';
import { comment, exif, HTML, jpeg, png, pngExif, webp } from '../../test/support/files';
import { CORNERS, orientedAs, quarters } from '../../test/support/field-pictures';
import { servedCopy } from './inspect';

async function serve(file: Buffer): Promise<Buffer> {
  async function* pieces() {
    for (let at = 0; at < file.length; at += 1_000) yield file.subarray(at, at + 1_000);
  }
  return servedCopy(pieces(), { max_pixels: 67_108_864, account_uuid: 'account' });
}

/** Returns the names of the corner colours, in order. */
async function cornersOf(file: Buffer): Promise<string> {
  const { data, info } = await sharp(file)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [right, low] = [info.width - 4, info.height - 4];
  const colours = [
    [3, 3],
    [right, 3],
    [3, low],
    [right, low],
  ].map(([x = 0, y = 0]) => {
    const at = (y * info.width + x) * info.channels;
    return [...data.subarray(at, at + 3)].map((each) => (each > 127 ? 'ff' : '00')).join('');
  });
  return colours.map((colour) => 'ABCD'[CORNERS.indexOf(`#${colour}` as '#ff0000')]).join('');
}

/** Order of the corners A, B, C and D by orientation, from 1 to 8 (Exif 2.32, 4.6.4). */
const SHOWN = ['ABCD', 'BADC', 'DCBA', 'CDAB', 'ACBD', 'CADB', 'DBCA', 'BDAC'];
const FORMATS = ['jpeg', 'png', 'webp'] as const;

describe.each(FORMATS)('a %s', (format) => {
  it.each(SHOWN.map((shown, index) => [index + 1, shown] as const))(
    'of orientation %d is served upright',
    async (orientation, shown) => {
      const file = await quarters().withMetadata({ orientation }).toFormat(format).toBuffer();
      const copy = await serve(file);
      const { width, height, format: servedFormat, ...tags } = await sharp(copy).metadata();
      expect([servedFormat, width > height]).toEqual([format, orientation < 5]);
      expect([tags.orientation, tags.exif, tags.icc, tags.xmp]).toEqual(Array(4).fill(undefined));
      expect(await cornersOf(copy)).toBe(shown);
    },
  );
});

test.each([
  ['written as a long', '4d4d002a000000080001011200040000000100000006', true],
  ['written as a short of Intel', '49492a00080000000100120103000100000006000000', true],
  [
    'behind other tags',
    '4d4d002a000000080002010000030000000100400000011200030000000100060000',
    true,
  ],
  ['of the invalid value 9', '4d4d002a000000080001011200030000000100090000', false],
  ['of the invalid value 0', '4d4d002a000000080001011200030000000100000000', false],
])('an orientation %s is applied when it is valid', async (_how, tiff, isTurned) => {
  const { width, height } = await sharp(await serve(orientedAs(`${tiff}00000000`))).metadata();
  expect(height > width).toBe(isTurned);
});

test.each([
  ['JPEG', () => jpeg({ more: [exif(6), comment('<script>')] })],
  ['PNG', () => png({ more: [pngExif(6)] })],
  ['WebP', () => webp()],
])('a %s is served without metadata and upright', async (_what, make) => {
  const copy = await serve(Buffer.concat([make(), HTML]));
  expect(copy.toString('latin1')).not.toMatch(/GPS|script|Exif|EXIF/);
  const { width, height } = await sharp(copy).metadata();
  expect(height).toBeGreaterThan(width);
});

test('a served copy has no descriptions, comments or profiles, and has colours in sRGB', async () => {
  const described = quarters()
    .withIccProfile('p3')
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">19.4326</x:xmpmeta>');
  for (const format of FORMATS) {
    const file = await described.clone().toFormat(format, { quality: 100 }).toBuffer();
    expect((await sharp(file).metadata()).icc).toBeDefined();
    const copy = await serve(file);
    const { icc, xmp, comments, space } = await sharp(copy).metadata();
    expect([icc, xmp, comments, space]).toEqual([undefined, undefined, undefined, 'srgb']);
    expect(copy.toString('latin1')).not.toMatch(/19\.4326|Display P3/);
    expect(await cornersOf(copy)).toBe('ABCD');
  }
  const cmyk = await quarters().toColourspace('cmyk').jpeg().toBuffer();
  expect((await sharp(await serve(cmyk)).metadata()).space).toBe('srgb');
});

test('a picture with animation or 16 bits is served as one frame of 8 bits', async () => {
  const deep = await quarters().toColourspace('rgb16').png().toBuffer();
  expect((await sharp(await serve(deep)).metadata()).depth).toBe('uchar');
  const frames = await sharp(
    [await quarters().png().toBuffer(), await quarters().negate().png().toBuffer()],
    {
      join: { animated: true },
    },
  )
    .webp()
    .toBuffer();
  expect((await sharp(frames).metadata()).pages).toBe(2);
  expect((await sharp(await serve(frames)).metadata()).pages).toBeUndefined();
});

test('a picture that cannot be decoded is refused', async () => {
  await expect(serve(Buffer.from('ffd8ffe00002', 'hex'))).rejects.toThrow(
    'is cut short or damaged',
  );
});
