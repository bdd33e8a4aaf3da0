/** Tests the lint rule against looking up callers' texts in plain objects. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const ESLINT = join(ROOT, 'node_modules/eslint/bin/eslint.js');
const RULE = 'own/no-inherited-lookup';

function linesRefused(text: string): number[] {
  const place = ['--stdin', '--stdin-filename', 'src/domain/run/own-value.ts', '--format', 'json'];
  let report: string;
  try {
    report = execFileSync(process.execPath, [ESLINT, ...place], {
      cwd: ROOT,
      input: text,
    }).toString();
  } catch (error) {
    report = (error as { stdout: Buffer }).stdout.toString();
  }
  const [file] = JSON.parse(report) as { messages: { ruleId: string; line: number }[] }[];
  return file?.messages.filter(({ ruleId }) => ruleId === RULE).map(({ line }) => line) ?? [];
}

test('the lint rule reports look-ups of a string in a dictionary and nothing else', () => {
  const text = [
    'declare const of: Record<string, number>;',
    "declare const known: Record<'a' | 'b', number>;",
    'declare const list: string[];',
    'declare const word: string;',
    "declare const one: 'a' | 'b';",
    'export const found = of[word];',
    'of[word] = 1;',
    'export const isIn = word in of;',
    'export const maybe = (of as typeof of | undefined)?.[word];',
    "export const fine = [of['a'], known[one], list[0], of[`prefix.${word}`], Object.hasOwn(of, word)];",
  ].join('\n');
  expect(linesRefused(text)).toEqual([6, 7, 8, 9]);
}, 180_000);
