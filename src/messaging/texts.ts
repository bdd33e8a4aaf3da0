/** Texts of messages by channel and language. The code comes first, so that phones offer to fill it in. */
import { toOneLine } from '../domain/identifiers/one-line';
import type { Channel } from '../domain/otp/policy';
import type { Template } from '../providers/connector';
import { fitSms, type SmsParts } from './fit-sms';

export const CODE = '{{code}}';
const ACCOUNT = '{{account}}';
/** Replaces `{` in account names, so that no part of a name is read as a placeholder. */
const BRACE = '{{brace}}';
/** A code has 4 to 8 digits. */
const LONGEST_CODE = '88888888';

interface Words {
  /** Text of SMS and WhatsApp: in the GSM alphabet, so that an SMS is one message. */
  short: string;
  /** Follows `short`; in an SMS only if there is room. */
  advice: string;
  long: string;
  subject: string;
}

const VERIFICATION: ReadonlyMap<string, Words> = new Map([
  [
    'es',
    {
      short: `${CODE} es tu clave de ${ACCOUNT}.`,
      advice: ' No la compartas con nadie.',
      long: `${CODE} es tu código de verificación. No lo compartas con nadie; ${ACCOUNT} nunca te lo pedirá.`,
      subject: `${ACCOUNT}: tu código de verificación`,
    },
  ],
  [
    'en',
    {
      short: `${CODE} is your ${ACCOUNT} code.`,
      advice: ' Share it with nobody.',
      long: `${CODE} is your verification code. Share it with nobody; ${ACCOUNT} will never ask you for it.`,
      subject: `${ACCOUNT}: your verification code`,
    },
  ],
  [
    'pt',
    {
      short: `${CODE} é o seu PIN de ${ACCOUNT}.`,
      advice: ' Nunca o compartilhe.',
      long: `${CODE} é o seu código de verificação. Não o compartilhe; ${ACCOUNT} nunca vai pedi-lo.`,
      subject: `${ACCOUNT}: seu código de verificação`,
    },
  ],
]);

/** Texts by purpose. NIPs use `verification`. */
const PURPOSES = { verification: VERIFICATION } as const;

/** Fallback languages, in order, if there is no text in the requested one. */
const FALLBACKS = ['es', 'en', 'pt'] as const;

export interface TextSelection {
  purpose: keyof typeof PURPOSES;
  channel: Channel;
  language: string;
  account_name: string;
  /** Host of the page where the code is typed, to which an SMS binds the code. Null for none. */
  host: string | null;
}

/**
 * Builds the texts of a message: the account's own texts in its language, else the standard texts, else the account's
 * own in another language. An SMS ends with the line that binds its code to a page
 * (https://wicg.github.io/sms-one-time-codes).
 */
export function templateFor(
  { purpose, channel, language, account_name, host }: TextSelection,
  own: Readonly<Record<string, string>>,
): Template {
  const standard = PURPOSES[purpose];
  const words = standard.get(language) ?? firstOf(standard);
  if (words === undefined) throw new Error('there is no standard text');
  const account = toOneLine(account_name);
  const chosen = ownWords(own, language, standard.has(language));
  const ours = channel === 'email' ? words.long : `${words.short}${words.advice}`;
  const body = codeFirst(withAccount(chosen ?? ours, account));
  const binding = channel === 'sms' && host !== null ? `\n\n@${host} #${CODE}` : '';
  const isFitted = channel === 'sms' && chosen === undefined;
  return {
    subject: put(words.subject, new Map([[ACCOUNT, account]])),
    text: isFitted ? smsOf(words, account, binding) : `${body}${binding}`,
    html: htmlOf(body, language),
  };
}

/** Returns the account's own text in the language; in another one if there is no standard text in the language. */
function ownWords(
  own: Readonly<Record<string, string>>,
  language: string,
  isStandard: boolean,
): string | undefined {
  const words = new Map(Object.entries(own));
  return words.get(language) ?? (isStandard ? undefined : firstOf(words));
}

/** Builds the standard text so that it fits one message. */
function smsOf({ short, advice }: Words, account: string, binding: string): string {
  const write = ({ name, hasAdvice, hasBinding }: SmsParts) =>
    withAccount(short, name) + (hasAdvice ? advice : '') + (hasBinding ? binding : '');
  return write(fitSms(account, (parts) => withCode(write(parts), LONGEST_CODE)));
}

/** Adds the code in front if other digits come before it: phones offer the first digits of a text as its code. */
function codeFirst(body: string): string {
  return hasDigitsBeforeCode(body) ? `${CODE}: ${body}` : body;
}

/** Returns true if a text has digits of any script before its code; false for a text without a code. */
export function hasDigitsBeforeCode(text: string): boolean {
  const at = text.indexOf(CODE);
  return at > 0 && /\p{Nd}/u.test(text.slice(0, at));
}

function firstOf<Value>(byLanguage: ReadonlyMap<string, Value>): Value | undefined {
  const language = FALLBACKS.find((each) => byLanguage.has(each));
  return language === undefined ? undefined : byLanguage.get(language);
}

/** Builds an HTML email with a large code, no images and no links. Its markup has no digits: the first are the code. */
function htmlOf(body: string, language: string): string {
  const code = `<strong style="font-size:x-large">${CODE}</strong>`;
  const text = escape(body).replace(CODE, () => code);
  return `<!doctype html><html lang="${escape(language)}"><body><p>${text}</p></body></html>`;
}

/** Inserts a code into a template. */
export function renderMessage({ subject, text, html }: Template, code: string): Template {
  return { subject, text: withCode(text, code), html: withCode(html, code) };
}

/** Inserts the code and the account's name into the account's own text. The code comes before other digits. */
export function fillTemplate(
  text: string,
  { code, account_name }: { code: string; account_name: string },
): string {
  return withCode(codeFirst(withAccount(text, toOneLine(account_name))), code);
}

function withCode(text: string, code: string): string {
  const values = new Map([
    [CODE, code],
    [BRACE, '{'],
  ]);
  return put(text, values);
}

/** Inserts the account's name into a template that is rendered later. */
function withAccount(text: string, account: string): string {
  return put(text, new Map([[ACCOUNT, account.replaceAll('{', () => BRACE)]]));
}

/** Replaces placeholders in one pass: inserted values are neither scanned again nor interpreted as patterns. */
function put(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{\{[a-z]+\}\}/g, (place) => values.get(place) ?? place);
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
