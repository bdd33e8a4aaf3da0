import fc from 'fast-check';
import { rfcCheckDigit, parseRfc, normalizeRfc } from './rfc';

const read = (text: string) => parseRfc(normalizeRfc(text));

describe('an RFC', () => {
  // The SAT's own RFC, its example of the construction, and the ones it publishes for tests of the CFDI.
  it.each([
    ...[['GODE561231GR8'], ['CACX7605101P8'], ['FUNK671228PH6'], ['XOJI740919U48']],
    ...[['KICR630120NX3'], ['MISC491214B86'], ['IAÑL750210963'], ['RAQÑ7701212M3']],
    ...[['VADA800927DJ3'], ['KAHO641101B39'], ['WATM640917J45'], ['JUFA7608212V6']],
  ])('%s belongs to a person', (rfc) => {
    expect(read(rfc)).toEqual({ rfc, rfc_kind: 'person', rfc_warnings: [] });
  });

  it.each([
    ...[['SAT970701NN3'], ['EKU9003173C9'], ['XIA190128J61'], ['URE180429TM6']],
    ...[['H&E951128469'], ['S&S051221SE2'], ['OÑO120726RX3'], ['ICV060329BY0']],
    ...[['IVD920810GU2'], ['IXS7607092R5'], ['JES900109Q90'], ['KIJ0906199R1']],
  ])('%s belongs to a company', (rfc) => {
    expect(read(rfc)).toEqual({ rfc, rfc_kind: 'company', rfc_warnings: [] });
  });

  it.each([
    ['XAXX010101000', 'generic'],
    ['XEXX010101000', 'generic_foreign'],
  ])('%s is generic and its check digit is not verified', (rfc, rfc_kind) => {
    expect(read(rfc)).toEqual({ rfc, rfc_kind, rfc_warnings: [] });
  });

  it('with a wrong check digit is accepted with a warning', () => {
    expect(read('GODE561231GR9')).toEqual({
      ...{ rfc: 'GODE561231GR9', rfc_kind: 'person', rfc_warnings: ['check_digit'] },
    });
  });

  it('is accepted in lower case, with spaces, hyphens and a composed Ñ', () => {
    expect(read(' gode-561231 gr8')).toMatchObject({ rfc: 'GODE561231GR8' });
    expect(read('on\u0303o120726rx3')).toMatchObject({ rfc: 'OÑO120726RX3', rfc_warnings: [] });
  });

  it.each([
    ...[[''], ['GODE561231'], ['GO561231GR8'], ['GODEX561231GR8'], ['G0DE561231GR8']],
    ...[['GODE561231GRB'], ['GODE561231-_8'], ['GODE561331GR8'], ['GODE560230GR8']],
    ...[['GODE570229GR8'], ['GODE560400GR8'], ['XAXX010101000X']],
  ])('with an error is rejected: %j', (text) => {
    expect(read(text)).toHaveProperty('fault');
  });

  it('accepts 29 February 2000', () => {
    expect(read('GODE000229GR8')).toMatchObject({ rfc_kind: 'person' });
  });

  const name = (length: number) =>
    fc
      .array(fc.constantFrom(...Array.from('ABCDEFGHIJKLMNÑOPQRSTUVWXYZ&')), {
        ...{ minLength: length, maxLength: length },
      })
      .map((letters) => letters.join(''));

  it('has exactly one check digit without a warning', () => {
    fc.assert(
      fc.property(fc.oneof(name(3), name(4)), fc.nat({ max: 35 }), (letters, mark) => {
        const text = `${letters}561231${mark.toString(36).toUpperCase()}7`;
        const right = Array.from('0123456789A').filter((digit) => {
          const found = read(text + digit);
          return 'rfc' in found && found.rfc_warnings.length === 0;
        });
        expect(right).toEqual([rfcCheckDigit(`${text}?`)]);
      }),
    );
  });

  it('is parsed from any text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => 'fault' in read(text)));
  });
});
