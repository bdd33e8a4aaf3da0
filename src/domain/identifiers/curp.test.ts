import fc from 'fast-check';
import { curpCheckDigit, parseCurp, normalizeCurp } from './curp';

const TODAY = '2026-11-24';
const read = (text: string) => parseCurp(normalizeCurp(text), TODAY);
/** Appends the check digit. */
const whole = (first17: string) => first17 + curpCheckDigit(first17);

describe('a CURP', () => {
  // RENAPO's instructions and its published examples.
  it.each([
    ['AAPR630321HDFLRC09', '1963-03-21', 'H', 'Ciudad de México'],
    ['HEGG560427MVZRRL04', '1956-04-27', 'M', 'Veracruz'],
    ['SABC560626MDFLRN01', '1956-06-26', 'M', 'Ciudad de México'],
    ['MAAR790213HMNRLF03', '1979-02-13', 'H', 'Michoacán'],
    ['LOOA531113HTCPBN07', '1953-11-13', 'H', 'Tabasco'],
  ])('%s contains birth date, gender and state', (curp, birth_date, gender, state) => {
    expect(read(curp)).toMatchObject({ curp, birth_date, gender, state, born_abroad: false });
  });

  it('is accepted in lower case, with spaces and hyphens', () => {
    expect(read(' hegg-560427 mvzrrl04 ')).toMatchObject({ curp: 'HEGG560427MVZRRL04' });
  });

  it('has the century of the birth in its 17th character', () => {
    expect(read(whole('GUAJ120101HDFRRNA'))).toMatchObject({ birth_date: '2012-01-01' });
    expect(read(whole('GUAJ120101HDFRRN0'))).toMatchObject({ birth_date: '1912-01-01' });
  });

  it('accepts birth abroad and gender X', () => {
    const abroad = { state_code: 'NE', born_abroad: true, gender: 'X' };
    expect(read(whole('GUAJ900101XNERRN0'))).toMatchObject(abroad);
  });

  it.each([
    ['', '18 characters'],
    ['HEGG560427MVZRRL0', '18 characters'],
    ['HEGG560427MVZRRL044', '18 characters'],
    ['HBGG560427MVZRRL04', '18 characters'],
    ['HEGG560427FVZRRL04', '18 characters'],
    ['HEGG560427MVZRAL04', '18 characters'],
    ['ÑEGG560427MVZRRL04', '18 characters'],
    ['HEGG560427MVZRRL05', 'check digit'],
    ['HEGG560427MVZRRM04', 'check digit'],
    [whole('HEGG560431MVZRRL0'), 'a date'],
    [whole('HEGG560230MVZRRL0'), 'a date'],
    [whole('HEGG010229MVZRRLA'), 'a date'],
    [whole('HEGG561301MVZRRL0'), 'a date'],
    [whole('HEGG261125MVZRRLA'), 'in the future'],
    [whole('HEGG990427MVZRRLA'), 'in the future'],
    [whole('HEGG560427MXXRRL0'), 'state'],
    ['XEXX010101HNEXXXA4', 'generic'],
    ['XEXX010101MNEXXXA8', 'generic'],
  ])('with an error is rejected: %j', (text, fault) => {
    expect(read(text)).toEqual({ fault: expect.stringContaining(fault) as string });
  });

  it('accepts a birth date of today', () => {
    expect(read(whole('HEGG261124MVZRRLA'))).toMatchObject({ birth_date: TODAY });
  });

  it('accepts 29 February only in leap years', () => {
    expect(read(whole('HEGG000229MVZRRLA'))).toMatchObject({ birth_date: '2000-02-29' });
    expect(read(whole('HEGG000229MVZRRL0'))).toHaveProperty('fault');
  });

  const letters = (alphabet: string, length: number) =>
    fc
      .array(fc.constantFrom(...Array.from(alphabet)), { minLength: length, maxLength: length })
      .map((each) => each.join(''));
  const born = fc.date({
    ...{ min: new Date('1900-01-01'), max: new Date(`${TODAY}T00:00Z`), noInvalidDate: true },
  });
  const first17 = fc
    .record({
      names: fc.tuple(letters('ABCXYZ', 1), letters('AEIOUX', 1), letters('ABCXYZ', 2)),
      born,
      gender: fc.constantFrom('H', 'M', 'X'),
      state: fc.constantFrom('AS', 'DF', 'MC', 'NE', 'ZS'),
      consonants: letters('BCDFGHJKLMNPQRSTVWXYZ', 3),
      mark: fc.nat({ max: 9 }),
    })
    .map((made) => {
      const day = made.born.toISOString().slice(0, 10);
      const mark = day < '2000' ? String(made.mark) : 'ABCDEFGHIJ'.charAt(made.mark);
      const { names, gender, state, consonants } = made;
      const date = day.slice(2).replaceAll('-', '');
      return { text: `${names.join('')}${date}${gender}${state}${consonants}${mark}`, day, made };
    });

  it('is parsed into the values that it was built from', () => {
    fc.assert(
      fc.property(first17, ({ text, day, made: { gender, state } }) => {
        expect(read(whole(text))).toMatchObject({ birth_date: day, gender, state_code: state });
      }),
    );
  });

  it('has exactly one check digit', () => {
    fc.assert(
      fc.property(first17, ({ text }) => {
        const right = Array.from('0123456789').filter((digit) => !('fault' in read(text + digit)));
        expect(right).toEqual([curpCheckDigit(text)]);
      }),
    );
  });

  it('is parsed from any text without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => 'fault' in read(text)));
  });
});
