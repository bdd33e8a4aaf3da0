import { fill, render, templateFor, type TextPlace } from './texts';

const place = (more: Partial<TextPlace> = {}): TextPlace => ({
  ...{ purpose: 'verification', channel: 'sms', language: 'es' },
  ...{ account_name: 'Banco 1 & Hijos', host: 'verify.bank.example', ...more },
});
const firstDigits = (text: string) => /\d+/.exec(text)?.[0];

describe('the text of a code', () => {
  it.each(
    ['sms', 'whatsapp', 'email'].flatMap((channel) =>
      ['es', 'en', 'pt'].map((language) => [channel, language] as const),
    ),
  )('by %s in %s begins with the code and names the account', (channel, language) => {
    const at = place({ channel: channel as TextPlace['channel'], language });
    const { text, subject, html } = render(templateFor(at, {}), '048159');
    expect(text.startsWith('048159 ')).toBe(true);
    expect(text).toContain('Banco 1 & Hijos');
    expect(subject).toContain('Banco 1 & Hijos');
    expect(html).toContain('Banco 1 &amp; Hijos');
    expect(html).toContain('048159');
  });

  it('by SMS ends with the line that binds it to the page, and by no other channel', () => {
    const lineOf = (at: TextPlace) => render(templateFor(at, {}), '048159').text.split('\n').at(-1);
    expect(lineOf(place())).toBe('@verify.bank.example #048159');
    expect(lineOf(place({ channel: 'whatsapp' }))).not.toContain('@');
    expect(lineOf(place({ host: null }))).not.toContain('@');
    const own = { es: 'Usa {{code}}' };
    expect(templateFor(place(), own).text).toBe('Usa {{code}}\n\n@verify.bank.example #{{code}}');
  });

  it('is in the account’s own words where it has some in the language, else in ours', () => {
    const own = { es: 'Usa {{code}} en {{account}}' };
    expect(templateFor(place({ host: null }), own).text).toBe('Usa {{code}} en Banco 1 & Hijos');
    expect(templateFor(place({ language: 'en' }), own).text).toContain('is your');
    expect(templateFor(place({ language: 'fr', host: null }), own).text).toContain('Usa {{code}}');
    expect(templateFor(place({ language: 'fr' }), {}).text).toContain('es tu código');
  });

  it('has its code as the first digits also in an account’s words with others', () => {
    const own = { es: 'Código {{code}}, 10 minutos' };
    expect(firstDigits(render(templateFor(place(), own), '0481').text)).toBe('0481');
  });

  it('fills the variables of a template', () => {
    const values = { code: '0481', account_name: 'Banco' };
    expect(fill('{{account}}: {{code}}', values)).toBe('Banco: 0481');
  });
});
