import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { FORM_FIELDS } from '../../../test/support/form-fields';
import { provoke } from '../../../test/support/provoke-messages';
import { routes } from '../../api/route-table';
import { formData } from '../../steps/custom-form/form-data';
import { stepSchemas } from '../../steps/schemas';
import { details } from './en/details';
import { sentences } from './en/sentences';
import { words } from './en/words';
import { details as detailsEs } from './es/details';
import { sentences as sentencesEs } from './es/sentences';
import { words as wordsEs } from './es/words';
import { details as detailsPt } from './pt/details';
import { sentences as sentencesPt } from './pt/sentences';
import { words as wordsPt } from './pt/words';
import { translateTexts } from './translate';

/** Words that are English and neither Spanish nor Portuguese. */
const ENGLISH =
  /\b(the|is|are|must|send|sent|with|without|this|that|and|has|have|wait|again|of|or|to|too|than|such|field|one|first|not|now)\b/i;
/** Texts in place of those without a template. */
const OTHER = /^(no es correcto; corrígelo|não está correto; corrija-o)$/;

const TABLES = [
  ['sentences', sentences, sentencesEs, sentencesPt],
  ['details', details, detailsEs, detailsPt],
  ['words', words, wordsEs, wordsPt],
] as const;
const ROOT = join(__dirname, '../../..');
const LANGUAGES = ['es', 'pt'];

const detailIn = (language: string, message: string) =>
  translateTexts({ message: '', details: [{ path: 'a', message }] }, language).details[0]?.message;
const placeholdersOf = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe.each(TABLES)('the table of %s', (_name, en, es, pt) => {
  it.each(Object.entries(en))('has %s in each language, with the same values', (key, text) => {
    for (const table of [es, pt]) {
      const other = new Map(Object.entries(table)).get(key);
      expect(placeholdersOf(other ?? '')).toEqual(placeholdersOf(text));
      expect(other).not.toMatch(ENGLISH);
    }
  });
});

it.each(Object.entries(sentences).filter(([, text]) => !text.includes('{')))(
  'translates the sentence %s',
  (key, message) => {
    for (const [language, table] of [
      ['es', sentencesEs],
      ['pt', sentencesPt],
    ] as const) {
      const expected = new Map(Object.entries(table)).get(key);
      expect(translateTexts({ message, details: [] }, language).message).toBe(expected);
    }
  },
);

const schemas: [name: string, schema: ZodType][] = [
  ...routes
    .filter(({ auth }) => auth.kind === 'token')
    .flatMap(({ path, body }): typeof schemas => (body === undefined ? [] : [[path, body]])),
  ...Object.entries(stepSchemas).map(([key, { data }]): (typeof schemas)[number] => [key, data]),
  ...FORM_FIELDS.map((field): (typeof schemas)[number] => [
    `a form of ${field.type}`,
    formData([field]),
  ]),
];

it.each(schemas)('translates each message about %s', (_name, schema) => {
  const messages = new Set([...provoke(schema, {}).values()].flatMap((each) => [...each]));
  for (const language of LANGUAGES) {
    const lost = [...messages].filter((message) => OTHER.test(detailIn(language, message) ?? ''));
    expect(lost).toEqual([]);
  }
});

it.each([
  ['must be one of: x, y', 'debe ser uno de: x, y', 'deve ser um de: x, y'],
  [
    'must be one of image/jpeg, and is video/mp4',
    'debe ser uno de image/jpeg, y es video/mp4',
    'deve ser um de image/jpeg, e é video/mp4',
  ],
  [
    'is an office document or an archive, which is not accepted',
    'es un documento de oficina o un archivo comprimido, que no se acepta',
    'é um documento de escritório ou um arquivo compactado, que não é aceito',
  ],
  [
    'phone is required; send a text, or code must be a text',
    'phone falta; envía un texto, o code debe ser un texto',
    'phone falta; envie um texto, ou code deve ser um texto',
  ],
  ['is at most 1024 bytes', 'debe tener como máximo 1024 bytes', 'deve ter no máximo 1024 bytes'],
  ['nobody knows this', 'no es correcto; corrígelo', 'não está correto; corrija-o'],
  ['x'.repeat(100_000), 'no es correcto; corrígelo', 'não está correto; corrija-o'],
])('translates "%.60s"', (message, es, pt) => {
  expect(detailIn('es', message)).toBe(es);
  expect(detailIn('pt', message)).toBe(pt);
});

/** Refusals of setups and configuration, which backends read. */
const OF_SETUPS =
  /^is (there already: give|a NIP|no NIP|no form|no PDF|for fields|less than min)|^must be (given with text|a regular|an https)/;

it('translates each refusal that the sources of steps and files have', () => {
  const files = ['src/media', 'src/steps', 'src/domain/identifiers'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
  );
  const texts = files
    .flatMap((text) => [...text.matchAll(REFUSAL)])
    .map(([, , text = '']) =>
      text.replaceAll(/\$\{(\w+)\}/g, (_all, name: string) => sampleOf(name)),
    )
    .filter((text) => !OF_SETUPS.test(text));
  expect(texts.length).toBeGreaterThan(30);
  expect(texts.filter((text) => OTHER.test(detailIn('es', text) ?? ''))).toEqual([]);
});

/** A text of a refusal, as `ContentRefused`, `message`, `fault` or `say` have it. */
const REFUSAL =
  /(?:ContentRefused\(|message: |fault: |say\('\w+', |const [A-Z_]+ =\s+)(['`])((?:is|has|must|takes|lacks|cannot|holds) [^'`]+)\1/g;

function sampleOf(name: string): string {
  return ['name', 'picture'].includes(name) ? 'a GIF picture' : '7';
}

it('leaves English and paths as they are', () => {
  const texts = { message: sentences.unavailable, details: [{ path: 'data.x', message: 'y' }] };
  expect(translateTexts(texts, 'en')).toEqual(texts);
  expect(translateTexts(texts, 'es').details).toMatchObject([{ path: 'data.x' }]);
});
