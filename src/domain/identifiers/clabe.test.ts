import fc from 'fast-check';
import { clabeCheckDigit, parseClabe, normalizeClabe } from './clabe';

const read = (text: string) => parseClabe(normalizeClabe(text));

describe('a CLABE', () => {
  it.each([
    ['002010077777777771', 'BANAMEX'],
    ['014027000005555558', 'SANTANDER'],
    ['012180026050783858', 'BBVA MEXICO'],
    ['002115016003269411', 'BANAMEX'],
    ['646180110400000007', 'STP'],
  ])('%s belongs to %s', (clabe, bank_name) => {
    expect(read(clabe)).toMatchObject({ clabe, bank_name });
  });

  it('contains bank, place and account', () => {
    expect(read('002010077777777771')).toEqual({
      ...{ clabe: '002010077777777771', bank_code: '002', bank_name: 'BANAMEX' },
      ...{ place_code: '010', account_number: '07777777777' },
    });
  });

  it('of an unknown bank has no bank name', () => {
    // A published example; its bank has since been merged into another.
    expect(read('032180000118359719')).toMatchObject({ bank_code: '032', bank_name: null });
  });

  it('is accepted in groups of digits', () => {
    expect(read(' 002 010 0777-7777-7771 ')).toMatchObject({ clabe: '002010077777777771' });
  });

  it.each([
    ['', '18 digits'],
    ['00201007777777777', '18 digits'],
    ['0020100777777777711', '18 digits'],
    ['00201007777777777A', '18 digits'],
    ['٠٠٢٠١٠٠٧٧٧٧٧٧٧٧٧٧١', '18 digits'],
    ['002010077777777772', 'check digit'],
    ['012010077777777771', 'check digit'],
  ])('with an error is rejected: %j', (text, fault) => {
    expect(read(text)).toEqual({ fault: expect.stringContaining(fault) as string });
  });

  const digits = fc
    .array(fc.nat({ max: 9 }), { minLength: 17, maxLength: 17 })
    .map((each) => each.join(''));

  it('is rejected when any one digit is changed', () => {
    fc.assert(
      fc.property(digits, fc.nat({ max: 17 }), fc.integer({ min: 1, max: 9 }), (text, at, by) => {
        const clabe = text + clabeCheckDigit(text);
        const other = String((Number(clabe[at]) + by) % 10);
        const changed = clabe.slice(0, at) + other + clabe.slice(at + 1);
        expect('fault' in read(clabe)).toBe(false);
        expect(read(changed)).toHaveProperty('fault');
      }),
    );
  });

  it('is parsed from any text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => 'fault' in read(text)));
  });
});
