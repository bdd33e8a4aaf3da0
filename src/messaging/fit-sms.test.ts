/** Checks that the standard SMS is one message for any account name and page host. */
import { inGsm, isOneSms, septetsOf } from './sms-units';
import { renderMessage, templateFor, type TextSelection } from './texts';

const LONGEST_HOST = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
const HOSTS = [null, '127.0.0.1', 'verify.bank.example', 'identidad.clientes.banco-uno.com.mx'];
const NAMES: [kind: string, name: string][] = [
  ['short', 'Banco Uno'],
  ['of 100 letters', 'Banco Popular de Ahorro '.repeat(5).slice(0, 100)],
  ['of 100 signs of the extension table', '[€]'.repeat(34).slice(0, 100)],
  ['with accents', 'Crédito Fácil y Rápido, Institución de Banca Múltiple'],
  ['of 100 letters with accents', 'Institución Nación '.repeat(6).slice(0, 100)],
  ['of 100 emoji', '🏦'.repeat(50)],
  ['in Cyrillic', 'Банк Развития '.repeat(8).slice(0, 100)],
  ['in Chinese', '中国银行'.repeat(25)],
  ['with patterns', 'Pre$$tamos $& Ya'],
  ['one letter', 'X'],
];

describe('a standard SMS', () => {
  describe.each(['es', 'en', 'pt', 'fr'])('in %s', (language) => {
    it.each(NAMES)('is one message when the account’s name is %s', (_kind, account_name) => {
      for (const host of [...HOSTS, LONGEST_HOST]) {
        const text = textOf({ language, account_name, host }, '88888888');
        expect([text, isOneSms(text)]).toEqual([text, true]);
        expect(/\p{Nd}+/u.exec(text)?.[0]).toBe('88888888');
      }
    });

    it('is in the GSM alphabet when the account’s name is, and contains the whole name', () => {
      const account_name = 'Caja $& Más';
      expect(textOf({ language, account_name, host: HOSTS[2] ?? null })).toContain(account_name);
      for (const name of ['Banco Uno', 'Pre$$tamos Ñ', 'Über Bank']) {
        const gsm = textOf({ language, account_name: name, host: HOSTS[3] ?? null });
        expect(septetsOf(gsm)).toBeLessThanOrEqual(160);
        expect(gsm).toContain(name);
        expect(gsm).toContain(`@${HOSTS[3] ?? ''} #481590`);
      }
    });

    it('ends with the host of the page unless the host is longer than a message', () => {
      const account_name = 'N'.repeat(100);
      expect(textOf({ language, account_name, host: HOSTS[3] ?? null })).toContain('#481590');
      expect(textOf({ language, account_name, host: LONGEST_HOST })).not.toContain('#');
    });
  });
});

describe('the alphabet of SMS', () => {
  it.each([
    ['abc', 3],
    ['ñáÑ'.replace('á', 'à'), 3],
    ['{€}', 6],
    ['a\nb', 3],
    ['', 0],
    ['código', null],
    ['ç', null],
    ['`', null],
  ])('encodes %j in %s septets', (text, septets) => {
    expect(septetsOf(text)).toBe(septets);
  });

  it('fits 160 septets or 70 UTF-16 units in one message', () => {
    expect([isOneSms('a'.repeat(160)), isOneSms('a'.repeat(161))]).toEqual([true, false]);
    expect([isOneSms('ó'.repeat(70)), isOneSms('ó'.repeat(71))]).toEqual([true, false]);
    expect([isOneSms('😀'.repeat(35)), isOneSms('😀'.repeat(36))]).toEqual([true, false]);
    expect([isOneSms('€'.repeat(80)), isOneSms('€'.repeat(81))]).toEqual([true, false]);
  });

  it.each([
    ['Crédito Fácil', 'Crédito Facil'],
    ['Sa\u0303o Joa\u0303o', 'Sao Joao'],
    ['“Uno” – 🏦 Dos’s', '"Uno" - Dos\'s'],
    ['ﬁnanzas', 'finanzas'],
    ['Банк', null],
    ['中国', null],
  ])('writes %s as %s', (text, written) => {
    expect(inGsm(text)).toBe(written);
  });
});

function textOf(more: Partial<TextSelection>, code = '481590'): string {
  const place: TextSelection = {
    purpose: 'verification',
    channel: 'sms',
    language: 'es',
    account_name: 'Banco',
    host: null,
    ...more,
  };
  return renderMessage(templateFor(place, {}), code).text;
}
