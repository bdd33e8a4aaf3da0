import fc from 'fast-check';
import { arbitraryJson } from '../../../test/support/store';
import { open, openJson, seal, sealJson } from './seal';

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const texts = fc.uint8Array({ maxLength: 200 });
const places = fc.string({ unit: 'binary', maxLength: 40 });
const NONCE = [1, 13] as const;
const HEADER = 29;

describe('sealing', () => {
  it('is reversed by opening with the same key at the same place', () => {
    fc.assert(
      fc.property(keys, texts, places, (key, text, aad) => {
        const sealed = seal(key, text, aad);
        expect(open(key, sealed, aad)).toEqual(Buffer.from(text));
        expect(sealed).toHaveLength(HEADER + text.length);
      }),
    );
    fc.assert(
      fc.property(keys, arbitraryJson, places, (key, value, aad) => {
        expect(openJson(key, sealJson(key, value, aad), aad)).toEqual(value);
      }),
    );
  });

  it('supports a view into a larger buffer, as the MongoDB driver returns it', () => {
    const key = Buffer.alloc(32, 1);
    const sealed = seal(key, Buffer.from('text'), 'a');
    const larger = new Uint8Array(sealed.length + 20);
    larger.set(sealed, 7);
    expect(open(key, larger.subarray(7, 7 + sealed.length), 'a').toString()).toBe('text');
  });

  it('is not reversed with another key or at another place', () => {
    fc.assert(
      fc.property(keys, keys, texts, places, places, (key, otherKey, text, aad, otherAad) => {
        const sealed = seal(key, text, aad);
        if (!key.equals(otherKey)) expect(() => open(otherKey, sealed, aad)).toThrow();
        if (aad !== otherAad) expect(() => open(key, sealed, otherAad)).toThrow();
      }),
    );
  });

  it('detects any flipped bit and any missing or added byte', () => {
    const key = Buffer.alloc(32, 3);
    const sealed = seal(key, Buffer.from('ab'), 'place');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => open(key, changed, 'place')).toThrow();
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(() => open(key, sealed.subarray(0, length), 'place')).toThrow();
    }
    expect(() => open(key, Buffer.concat([sealed, Buffer.of(0)]), 'place')).toThrow();
  });

  it('produces the same bytes for the same text, and another nonce for another text, place or key', () => {
    const inputs = fc.tuple(keys, texts, places);
    const sealedOf = ([key, text, aad]: [Buffer, Uint8Array, string]) =>
      seal(Buffer.from(key), text, aad);
    fc.assert(
      fc.property(inputs, inputs, fc.subarray([0, 1, 2]), (first, second, shared) => {
        expect(sealedOf(first)).toEqual(sealedOf(first));
        const other = second.map((part, index) =>
          shared.includes(index) ? first[index] : part,
        ) as typeof second;
        const isSame = first.every((part, index) =>
          Buffer.from(part).equals(Buffer.from(other[index] as string)),
        );
        const nonces = [first, other].map((input) => sealedOf(input).subarray(...NONCE));
        expect(nonces[0]?.equals(nonces[1] as Buffer)).toBe(isSame);
      }),
    );
  });

  it('does not confuse the end of the place with the beginning of the text', () => {
    const key = Buffer.alloc(32, 4);
    const [one, two] = [seal(key, Buffer.from('bc'), 'a'), seal(key, Buffer.from('c'), 'ab')];
    expect(one.subarray(...NONCE)).not.toEqual(two.subarray(...NONCE));
  });
});
