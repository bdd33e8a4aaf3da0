import { deriveCode, digestCode, hotp } from './codes';
import { parseKeyring } from './keyring';

const entry = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const old = parseKeyring(entry('old', 1));
const rotated = parseKeyring(`${entry('new', 2)},${entry('old', 1)}`);
const place = { run_uuid: 'r', step_uuid: 's', order: 1, issue: 1 };

describe('an HOTP value', () => {
  /** RFC 4226, appendix D. */
  const VECTORS = [
    ...['755224', '287082', '359152', '969429', '338314'],
    ...['254676', '287922', '162583', '399871', '520489'],
  ];
  it.each(VECTORS.map((value, counter) => [counter, value] as const))(
    'of counter %i is %s',
    (counter, value) => {
      expect(hotp(Buffer.from('12345678901234567890'), counter, 6)).toBe(value);
    },
  );

  it.each([4, 5, 6, 7, 8])('has %i digits, including leading zeros', (digits) => {
    const values = Array.from({ length: 200 }, (_, n) => hotp(Buffer.alloc(32, 9), n, digits));
    expect(values.every((value) => new RegExp(`^\\d{${digits}}$`).test(value))).toBe(true);
  });
});

describe('a code', () => {
  it('is derived identically after a rotation with the key that issued it', () => {
    expect(deriveCode(rotated, 'old', place, 6)).toBe(deriveCode(old, 'old', place, 6));
    expect(digestCode(rotated, 'old', place, '123456')).toBe(
      digestCode(old, 'old', place, '123456'),
    );
  });

  it('is different for each issue, verification, step and run', () => {
    const others = [{ issue: 2 }, { order: 2 }, { step_uuid: 't' }, { run_uuid: 'q' }];
    const codes = [{}, ...others].map((other) => deriveCode(old, 'old', { ...place, ...other }, 8));
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('has a digest that depends on its verification and not on its issue', () => {
    const digest = (other: object) => digestCode(old, 'old', { ...place, ...other }, '123456');
    expect(digest({ issue: 2 })).toBe(digest({}));
    expect(digest({ order: 2 })).not.toBe(digest({}));
  });

  it('cannot be derived without its key', () => {
    expect(() => deriveCode(old, 'new', place, 6)).toThrow('CODE_KEYS lacks the key new');
  });
});
