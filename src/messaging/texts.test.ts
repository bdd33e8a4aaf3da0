import { fillTemplate, renderMessage, templateFor, type TextSelection } from './texts';

const place = (more: Partial<TextSelection> = {}): TextSelection => ({
  ...{ purpose: 'verification', channel: 'sms', language: 'es' },
  ...{ account_name: 'Banco 1 & Hijos', host: 'verify.bank.example', ...more },
});
const unescaped = (html: string) =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const firstDigits = (text: string) => /\d+/.exec(text)?.[0];

describe('the text of a code', () => {
  it.each(
    ['sms', 'whatsapp', 'email'].flatMap((channel) =>
      ['es', 'en', 'pt'].map((language) => [channel, language] as const),
    ),
  )('by %s in %s begins with the code and names the account', (channel, language) => {
    const at = place({ channel: channel as TextSelection['channel'], language });
    const { text, subject, html } = renderMessage(templateFor(at, {}), '048159');
    expect(text.startsWith('048159 ')).toBe(true);
    expect(text).toContain('Banco 1 & Hijos');
    expect(subject).toContain('Banco 1 & Hijos');
    expect(html).toContain('Banco 1 &amp; Hijos');
    expect(firstDigits(html)).toBe('048159');
  });

  it('ends with the line that binds it to the page only by SMS', () => {
    const lineOf = (at: TextSelection) =>
      renderMessage(templateFor(at, {}), '048159').text.split('\n').at(-1);
    expect(lineOf(place())).toBe('@verify.bank.example #048159');
    expect(lineOf(place({ channel: 'whatsapp' }))).not.toContain('@');
    expect(lineOf(place({ host: null }))).not.toContain('@');
    const own = { es: 'Usa {{code}}' };
    expect(templateFor(place(), own).text).toBe('Usa {{code}}\n\n@verify.bank.example #{{code}}');
  });

  it('is the account’s own text of the language if there is one, else the standard text', () => {
    const own = { es: 'Usa {{code}} en {{account}}' };
    expect(templateFor(place({ host: null }), own).text).toBe('Usa {{code}} en Banco 1 & Hijos');
    expect(templateFor(place({ language: 'en' }), own).text).toContain('is your');
    expect(templateFor(place({ language: 'fr', host: null }), own).text).toContain('Usa {{code}}');
    expect(templateFor(place({ language: 'fr' }), {}).text).toContain('es tu clave');
  });

  it('has the code as its first digits when the account’s text has other digits', () => {
    const own = { es: 'Código {{code}}, 10 minutos' };
    expect(firstDigits(renderMessage(templateFor(place(), own), '0481').text)).toBe('0481');
  });

  it.each([
    'Pre$$tamos Ya',
    'Caja $& Más',
    "Banco $' Uno",
    'A $` B',
    '$1 $<name>',
    '{{code}}',
    '{{account}} {{brace}} {{{code}}}',
    '{',
    String.raw`\u0041 \n`,
    '%s %d ${code}',
  ])('contains the account’s name unchanged: %s', (account_name) => {
    const own = { es: 'Usa {{code}} en {{{account}} ya' };
    for (const channel of ['sms', 'whatsapp', 'email'] as const) {
      const { subject, text, html } = renderMessage(
        templateFor(place({ channel, account_name }), {}),
        '048159',
      );
      expect(text).toContain(account_name);
      expect(text.startsWith('048159 ')).toBe(true);
      expect(unescaped(html)).toContain(account_name);
      if (channel === 'email') expect(subject).toBe(`${account_name}: tu código de verificación`);
    }
    const mine = renderMessage(
      templateFor(place({ account_name, host: null }), own),
      '048159',
    ).text;
    expect(mine).toBe(`Usa 048159 en {${account_name} ya`);
    expect(fillTemplate('{{account}}: {{code}}', { code: '048159', account_name })).toBe(
      `${/\d/.test(account_name) ? '048159: ' : ''}${account_name}: 048159`,
    );
  });

  it.each([
    ['Banco 1', '{{account}}: {{code}}', 'Banco 1: 0481'],
    ['３B', 'Aviso de {{account}}: {{code}}', 'Aviso de ３B: 0481'],
    ['Banco ٣', '{{account}} {{code}}', 'Banco ٣ 0481'],
  ])('starts with the code when the name %s has digits and comes before it', (...given) => {
    const [account_name, es, body] = given;
    const { text, html } = renderMessage(
      templateFor(place({ account_name, host: null }), { es }),
      '0481',
    );
    expect(text).toBe(`0481: ${body}`);
    expect(/\p{Nd}+/u.exec(html)?.[0]).toBe('0481');
    expect(fillTemplate(es, { code: '0481', account_name })).toBe(`0481: ${body}`);
  });

  it.each([
    'Línea\r\nBcc: otro@example.com',
    'Banco\u2028Uno',
    'Banco \u202eonU',
    'Uno\0Dos',
    'A\u2066B\u2069',
  ])('contains the account’s name on one line: %j', (account_name) => {
    const { subject, text } = templateFor(place({ account_name, channel: 'email' }), {});
    expect(subject + text).not.toMatch(/[\p{Cc}\u2028\u202e\u2066\u2069]/u);
  });

  it('fills the variables of a template', () => {
    const values = { code: '0481', account_name: 'Banco' };
    expect(fillTemplate('{{account}}: {{code}}', values)).toBe('Banco: 0481');
    expect(fillTemplate('{{account}}, línea 2', values)).toBe('Banco, línea 2');
    expect(fillTemplate('{{account}}', { ...values, account_name: 'A\r\nB\u202e' })).toBe('A B');
  });
});
