/** What the messages say. The code is the first group of digits in every text, so that phones offer to fill it in. */
import type { Template } from './connector';

export const CODE = '{{code}}';

const TEXTS: Readonly<Record<string, { text: string; subject: string }>> = {
  es: {
    subject: 'Tu código de verificación',
    text: `${CODE} es tu código de verificación. No lo compartas con nadie; {{account}} nunca te lo pedirá.`,
  },
  en: {
    subject: 'Your verification code',
    text: `${CODE} is your verification code. Share it with nobody; {{account}} will never ask you for it.`,
  },
  pt: {
    subject: 'Seu código de verificação',
    text: `${CODE} é o seu código de verificação. Não o compartilhe; {{account}} nunca vai pedi-lo.`,
  },
};

/** The texts of a message in a language, in the account's own words where a NIP has them. */
export function templateFor(
  language: string,
  account: string,
  own: Readonly<Record<string, string>>,
): Template {
  const standard = TEXTS[language] ?? TEXTS['es'];
  if (standard === undefined) throw new Error('there is no standard text');
  const text = own[language] ?? standard.text.replaceAll('{{account}}', account);
  return { subject: standard.subject, text, html: `<p>${escape(text)}</p>` };
}

/** A template with the code in its place. */
export function render({ subject, text, html }: Template, code: string): Template {
  const fill = (part: string) => part.replaceAll(CODE, code);
  return { subject, text: fill(text), html: fill(html) };
}

/** A text of an account's own with the code and the account's name in their places. */
export function fill(
  text: string,
  { code, account_name }: { code: string; account_name: string },
): string {
  return text.replaceAll(CODE, code).replaceAll('{{account}}', account_name);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
