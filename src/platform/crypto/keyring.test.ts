import fc from 'fast-check';
import { parseKeyring } from './keyring';

const encoded = (byte: number, length = 32) => Buffer.alloc(length, byte).toString('base64');

describe('a key ring', () => {
  it('encrypts with its first key and finds every key by its id', () => {
    const ring = parseKeyring(`new:${encoded(2)}, old:${encoded(1)}`);
    expect(ring.current).toEqual({ id: 'new', bytes: Buffer.alloc(32, 2) });
    expect(ring.find('old')?.bytes).toEqual(Buffer.alloc(32, 1));
    expect(ring.find('older')).toBeUndefined();
    expect(ring.all.map((key) => key.id)).toEqual(['new', 'old']);
  });

  it.each([
    ['is empty', '', 'entry 1 is not of the form id:base64'],
    ['ends with a comma', `a:${encoded(1)},`, 'entry 2 is not of the form id:base64'],
    ['lacks an id', encoded(1), 'entry 1 is not of the form id:base64'],
    ['has an id with a space', `my key:${encoded(1)}`, 'entry 1 is not of the form id:base64'],
    ['has an id that is too long', `${'a'.repeat(33)}:${encoded(1)}`, 'entry 1 is not of the form'],
    ['is not base64', 'a:!!!', 'entry 1 is not of the form id:base64'],
    ['has a short key', `a:${encoded(1, 16)}`, 'entry 1 has 16 bytes instead of 32'],
    ['has a long key', `b:${encoded(1)},a:${encoded(1, 33)}`, 'entry 2 has 33 bytes'],
    ['repeats an id', `a:${encoded(1)},a:${encoded(2)}`, 'names a key id twice'],
  ])('that %s is refused with the reason', (_what, text, message) => {
    expect(() => parseKeyring(text)).toThrow(message);
  });

  it('is parsed with any key in base64 or base64url', () => {
    const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(keys, fc.constantFrom('base64', 'base64url'), (key, encoding) => {
        expect(parseKeyring(`id:${key.toString(encoding)}`).current.bytes).toEqual(key);
      }),
    );
  });

  it('never repeats a key in an error', () => {
    const wrongLength = fc
      .uint8Array({ minLength: 9, maxLength: 64 })
      .filter((b) => b.length !== 32);
    const forms = fc.constantFrom(
      (key: string) => key,
      (key: string) => `a:${key}`,
      (key: string) => `${key}:a`,
      (key: string) => `a:${encoded(1)},${key}`,
      (key: string) => `a: ${key}`,
    );
    fc.assert(
      fc.property(wrongLength, forms, (bytes, form) => {
        const key = Buffer.from(bytes).toString('base64');
        const text = form(key);
        let message = '';
        try {
          parseKeyring(text);
        } catch (error) {
          message = (error as Error).message;
        }
        expect(message).not.toBe('');
        expect(message).not.toContain(key);
      }),
    );
  });
});
