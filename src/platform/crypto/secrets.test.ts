import fc from 'fast-check';
import { parseKeyring } from './keyring';
import { sha256Hex, keyedHash, equalsDigest, newSecret, randomText } from './secrets';

const ring = (byte: number) => parseKeyring(`k:${Buffer.alloc(32, byte).toString('base64')}`);

describe('a secret', () => {
  it('is 43 random characters of base62', () => {
    const made = Array.from({ length: 200 }, newSecret);
    expect(made.filter((secret) => !/^[A-Za-z0-9]{43}$/.test(secret))).toEqual([]);
    expect(new Set(made).size).toBe(made.length);
    expect(randomText(12)).toHaveLength(12);
  });

  it('uses every character of its alphabet about equally often', () => {
    const counts = new Map<string, number>();
    for (const character of randomText(62 * 400)) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    // Seven standard deviations around 400; the bias of a byte modulo 62 would give about 484.
    for (const count of counts.values()) expect(Math.abs(count - 400)).toBeLessThan(140);
  });

  it('matches its own digest and no other', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(equalsDigest(one, sha256Hex(one))).toBe(true);
        expect(equalsDigest(one, sha256Hex(other))).toBe(sha256Hex(one) === sha256Hex(other));
        expect(equalsDigest(one, one)).toBe(false);
      }),
    );
  });

  it('is not matched by a digest of another length', () => {
    expect(equalsDigest('a', '')).toBe(false);
    expect(equalsDigest('a', `${sha256Hex('a')}=`)).toBe(false);
  });
});

describe('a keyed hash', () => {
  it('is the same for the same key, purpose and value, and different for any other', () => {
    const phone = keyedHash(ring(1), 'phone', '+573100000000');
    expect(keyedHash(ring(1), 'phone', '+573100000000')).toBe(phone);
    expect(keyedHash(ring(2), 'phone', '+573100000000')).not.toBe(phone);
    expect(keyedHash(ring(1), 'email', '+573100000000')).not.toBe(phone);
    expect(keyedHash(ring(1), 'phone', '+573100000001')).not.toBe(phone);
    expect(phone).not.toContain('573100000000');
  });
});
