/** Translates errors for persons: the service writes them in English, each from a template of the tables. */
import { ownValue } from '../../domain/run/own-value';
import type { FieldError } from '../domain-error';
import { details as detailsEn } from './en/details';
import { sentences as sentencesEn } from './en/sentences';
import { words as wordsEn } from './en/words';
import { details as detailsEs } from './es/details';
import { sentences as sentencesEs } from './es/sentences';
import { words as wordsEs } from './es/words';
import { details as detailsPt } from './pt/details';
import { sentences as sentencesPt } from './pt/sentences';
import { words as wordsPt } from './pt/words';
import { Templates } from './templates';

const sentences = new Templates(sentencesEn);
const details = new Templates(detailsEn);
const words = new Templates(wordsEn);

interface Language {
  sentences: Readonly<Record<keyof typeof sentencesEn, string>>;
  details: Readonly<Record<keyof typeof detailsEn, string>>;
  words: Readonly<Record<keyof typeof wordsEn, string>>;
  /** Stand for texts without a template, so that no English reaches the person. */
  otherSentence: string;
  otherDetail: string;
  and: string;
  or: string;
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  es: {
    sentences: sentencesEs,
    details: detailsEs,
    words: wordsEs,
    otherSentence: 'No se pudo hacer lo que pediste. Inténtalo de nuevo.',
    otherDetail: 'no es correcto; corrígelo',
    and: ' y ',
    or: ', o ',
  },
  pt: {
    sentences: sentencesPt,
    details: detailsPt,
    words: wordsPt,
    otherSentence: 'Não foi possível fazer o que você pediu. Tente de novo.',
    otherDetail: 'não está correto; corrija-o',
    and: ' e ',
    or: ', ou ',
  },
};

interface Texts {
  message: string;
  details: readonly FieldError[];
}

/** Translates the texts of an error. English and unknown languages stay as they are; paths never change. */
export function translateTexts({ message, details: fields }: Texts, language: string): Texts {
  const table = ownValue(LANGUAGES, language);
  if (table === undefined) return { message, details: fields };
  return {
    message: render(sentences, table.sentences, message, table) ?? table.otherSentence,
    details: fields.map(({ path, message: text }) => ({ path, message: detailIn(table, text) })),
  };
}

function detailIn(table: Language, text: string): string {
  const whole = render(details, table.details, text, table);
  if (whole !== undefined) return whole;
  // A value with several forms: what each of them lacks.
  const forms = text.split(', or ').map((form) => formIn(table, form));
  return forms.includes(undefined) ? table.otherDetail : forms.join(table.or);
}

/** Translates parts such as `code is required; send a text`; undefined if there is no template for one. */
function formIn(table: Language, form: string): string | undefined {
  const parts = form.split(' and ').map((part) => {
    const [, field = '', rest = ''] = /^(\S+) (.+)$/.exec(part) ?? [];
    const own = render(details, table.details, part, table);
    const after = render(details, table.details, rest, table);
    return own ?? (after === undefined ? undefined : `${field} ${after}`);
  });
  return parts.includes(undefined) ? undefined : parts.join(table.and);
}

function render<Key extends string>(
  templates: Templates<Key>,
  table: Readonly<Record<Key, string>>,
  text: string,
  language: Language,
): string | undefined {
  for (const { key, values } of templates.match(text)) {
    const known = Object.entries(values).map(([name, value]) => [
      name,
      name === 'word' ? wordIn(language, value) : value,
    ]);
    if (known.some(([, value]) => value === undefined)) continue;
    const given = new Map(known as [string, string][]);
    return table[key].replaceAll(/\{(\w+)\}/g, (_match, name: string) => given.get(name) ?? '');
  }
  return undefined;
}

function wordIn({ words: table }: Language, text: string): string | undefined {
  const [found] = words.match(text);
  return found && table[found.key];
}
