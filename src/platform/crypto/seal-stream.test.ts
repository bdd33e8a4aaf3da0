import { randomBytes } from 'node:crypto';
import { openStream, SEGMENT, sealStream } from './seal-stream';

const key = randomBytes(32);

async function* pieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

const sealed = (bytes: Buffer, size = 10_000) => whole(sealStream(key, pieces(bytes, size), 'a'));
const opened = (bytes: Buffer, { by = key, place = 'a', size = 9_999 } = {}) =>
  whole(openStream(by, pieces(bytes, size), place));

test.each([0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 3 * SEGMENT + 7])(
  '%d bytes are unchanged after sealing and opening in pieces of any size',
  async (length) => {
    const bytes = randomBytes(length);
    const under = await sealed(bytes);
    for (const size of [1_000, SEGMENT, 10_000_000]) {
      expect((await opened(under, { size })).equals(bytes)).toBe(true);
    }
  },
);

test('the same bytes are sealed differently each time', async () => {
  const bytes = Buffer.from('the same');
  expect((await sealed(bytes)).equals(await sealed(bytes))).toBe(false);
});

describe('sealed bytes', () => {
  const bytes = randomBytes(3 * SEGMENT);
  const cut = 33 + SEGMENT + 16;

  test('cannot be opened at another place or with another key', async () => {
    const under = await sealed(bytes);
    await expect(opened(under, { place: 'b' })).rejects.toThrow();
    await expect(opened(under, { by: randomBytes(32) })).rejects.toThrow();
  });

  test.each([
    ['cut off after a segment', (all: Buffer) => all.subarray(0, cut)],
    ['cut off within one', (all: Buffer) => all.subarray(0, cut + 100)],
    ['cut off after its header', (all: Buffer) => all.subarray(0, 33)],
    [
      'without its second segment',
      (all: Buffer) => Buffer.concat([all.subarray(0, cut), all.subarray(cut + SEGMENT + 16)]),
    ],
    [
      'with swapped segments',
      (all: Buffer) =>
        Buffer.concat([
          all.subarray(0, 33),
          all.subarray(cut, cut + SEGMENT + 16),
          all.subarray(33, cut),
          all.subarray(cut + SEGMENT + 16),
        ]),
    ],
    [
      'with a flipped bit',
      (all: Buffer) =>
        Buffer.concat([all.subarray(0, 99), Buffer.of((all[99] ?? 0) ^ 1), all.subarray(100)]),
    ],
    ['with an appended byte', (all: Buffer) => Buffer.concat([all, Buffer.of(0)])],
    ['of another version', (all: Buffer) => Buffer.concat([Buffer.of(9), all.subarray(1)])],
  ])('cannot be opened %s', async (_what, change) => {
    await expect(opened(change(await sealed(bytes)))).rejects.toThrow();
  });
});
