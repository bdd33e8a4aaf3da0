/** Executes the examples of `docs/expressions.md`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkExpression } from './check-expression';
import { evaluateExpression } from './evaluate-expression';
import { ExpressionError } from './expression-error';
import { ARGUMENTS } from './functions';
import { parseExpression } from './parse-expression';
import { stepVariables } from './variables';

const text = readFileSync(join(__dirname, '../../../docs/expressions.md'), 'utf8');
const section = (title: string) => text.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
/** Returns the code in each row of a table, by cell. */
const rows = (title: string) =>
  section(title)
    .split('\n')
    .filter((line) => /^\| *`/.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .map((cell) =>
          [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!.replaceAll('\\|', '|')),
        ),
    );

const finished = (housing: string, country: string, monthly_income: number) =>
  stepVariables([
    { name: 'acceptance', status: 'success', payload: { version: country === 'MX' ? '2' : '1' } },
    {
      name: 'personal_financial',
      status: 'success',
      payload: { housing, monthly_income, monthly_expenses: 3_000, currency: 'MXN' },
    },
    {
      name: 'personal_address',
      status: 'success',
      payload: { country, state: country === 'MX' ? 'CDMX' : 'Texas', zip_code: '06000' },
    },
  ]);

const examples = rows('Examples').map((cells) => cells[1]?.[0] ?? '');

test('the document has ten examples', () => {
  expect(examples).toHaveLength(10);
});

test.each(examples)('%s is true for matching data and unknown without data', (example) => {
  const expression = parseExpression(example);
  checkExpression(expression);
  expect(evaluateExpression(expression, finished('owned', 'MX', 6_000))).toBe(true);
  const other = evaluateExpression(expression, finished('rented', 'US', 100));
  expect(typeof other).toBe('boolean');
  expect(evaluateExpression(expression, () => undefined)).toBe('unknown');
});

test.each(rows('Refused').flatMap((cells) => cells[1] ?? []))(
  'a refused example throws ExpressionError: %s',
  (written) => {
    const kinds = (name: string) => {
      if (name === 'monthly_income') return { kind: 'number' as const };
      return name === 'housing'
        ? { kind: 'text' as const, values: ['owned', 'rented'] }
        : { kind: 'any' as const };
    };
    expect(() => checkExpression(parseExpression(written), kinds)).toThrow(ExpressionError);
  },
);

test.each(rows('Refused').flatMap((cells) => cells[2] ?? []))(
  'the correction of a refused example is valid: %s',
  (instead) => {
    checkExpression(parseExpression(instead));
  },
);

test('the document lists all functions', () => {
  const listed = rows('Functions').flatMap((cells) => cells[1] ?? []);
  expect(listed.map((call) => call.split('(')[0]).sort()).toEqual(Object.keys(ARGUMENTS).sort());
});
