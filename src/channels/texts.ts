/** What the messages say, by channel and language. The code comes first, so that phones offer to fill it in. */
import type { Channel } from '../nips/policy';
import type { Template } from './connector';

export const CODE = '{{code}}';
const ACCOUNT = '{{account}}';

interface Words {
  /** One segment of an SMS, as far as the account's name lets it. */
  short: string;
  long: string;
  subject: string;
}

const VERIFICATION: Readonly<Record<string, Words>> = {
  es: {
    short: `${CODE} es tu código de ${ACCOUNT}. No lo compartas con nadie.`,
    long: `${CODE} es tu código de verificación. No lo compartas con nadie; ${ACCOUNT} nunca te lo pedirá.`,
    subject: `${ACCOUNT}: tu código de verificación`,
  },
  en: {
    short: `${CODE} is your ${ACCOUNT} code. Share it with nobody.`,
    long: `${CODE} is your verification code. Share it with nobody; ${ACCOUNT} will never ask you for it.`,
    subject: `${ACCOUNT}: your verification code`,
  },
  pt: {
    short: `${CODE} é o seu código de ${ACCOUNT}. Não o compartilhe.`,
    long: `${CODE} é o seu código de verificação. Não o compartilhe; ${ACCOUNT} nunca vai pedi-lo.`,
    subject: `${ACCOUNT}: seu código de verificação`,
  },
};

/** By what a message is for; NIPs verify. */
const PURPOSES = { verification: VERIFICATION } as const;

/** Where there is no text in the language asked for, the first of these that there is. */
const FALLBACKS = ['es', 'en', 'pt'] as const;

export interface TextPlace {
  purpose: keyof typeof PURPOSES;
  channel: Channel;
  language: string;
  account_name: string;
  /** Of the page where the code is typed; browsers fill in what an SMS binds to it. Null for none. */
  host: string | null;
}

/**
 * The texts of a message: in the account's own words in its language, else in ours, else in the account's own in
 * another one. An SMS ends with the line that binds its code to a page (https://wicg.github.io/sms-one-time-codes).
 */
export function templateFor(
  { purpose, channel, language, account_name, host }: TextPlace,
  own: Readonly<Record<string, string>>,
): Template {
  const standard = PURPOSES[purpose];
  const words = standard[language] ?? firstOf(standard);
  if (words === undefined) throw new Error('there is no standard text');
  const ours = channel === 'email' ? words.long : words.short;
  const others = standard[language] === undefined ? firstOf(own) : undefined;
  const body = (own[language] ?? others ?? ours).replaceAll(ACCOUNT, account_name);
  const binding = channel === 'sms' && host !== null ? `\n\n@${host} #${CODE}` : '';
  return {
    subject: words.subject.replaceAll(ACCOUNT, account_name),
    text: `${body}${binding}`,
    html: htmlOf(body, language),
  };
}

function firstOf<Value>(byLanguage: Readonly<Record<string, Value>>): Value | undefined {
  const language = FALLBACKS.find((each) => byLanguage[each] !== undefined);
  return language === undefined ? undefined : byLanguage[language];
}

/** The code large, the rest as it is said; nothing to load and nothing to click. */
function htmlOf(body: string, language: string): string {
  const code = `<strong style="font-size:1.6em;letter-spacing:.15em">${CODE}</strong>`;
  const text = escape(body).replace(CODE, code);
  return `<!doctype html><html lang="${escape(language)}"><body><p>${text}</p></body></html>`;
}

/** A template with the code in its place. */
export function render({ subject, text, html }: Template, code: string): Template {
  const put = (part: string) => part.replaceAll(CODE, code);
  return { subject, text: put(text), html: put(html) };
}

/** A text of an account's own with the code and the account's name in their places. */
export function fill(
  text: string,
  { code, account_name }: { code: string; account_name: string },
): string {
  return text.replaceAll(CODE, code).replaceAll(ACCOUNT, account_name);
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
