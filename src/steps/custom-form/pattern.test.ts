/** Tests the patterns of forms: which are accepted, and how long a match may block the event loop. */
import { MAX_BLOCK_MS, measureBlock } from '../../../test/support/event-loop';
import { HOSTILE_PATTERNS } from '../../../test/support/hostile-patterns';
import { formData, formField } from './form-data';
import { compilePattern } from './pattern';
import { estimateSize } from './pattern-size';

const field = (pattern: string, more: object = {}) =>
  formField.safeParse({ key: 'a', label: 'A', type: 'text', pattern, ...more });
const faultOf = (pattern: string, more: object = {}) =>
  field(pattern, more).error?.issues[0]?.message;

test.each(HOSTILE_PATTERNS)(
  'a hostile pattern is refused with a correction: %s',
  async (pattern) => {
    const { result, blockMs } = await measureBlock(() => faultOf(pattern, { max: 10_000 }));
    expect(result).toMatch(
      /use smaller repetition counts|must be a regular expression of RE2|set max/,
    );
    expect(blockMs).toBeLessThan(MAX_BLOCK_MS);
  },
);

test.each([
  ['^[A-Z]{4}[0-9]{6}$', 'ABCD900215', 'ABCD9002'],
  ['[A-Za-zÁÉÍÓÚÜáéíóúüÑñ ]{1,60}', 'José Núñez', 'José 1'],
  ['[A-Za-zÁÉÍÓÚÜáéíóúüÑñ ]+', 'José Núñez', 'José 1'],
  [String.raw`[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}`, 'a.b@c.example', 'a.b@c'],
  [String.raw`\d{4}-\d{2}-\d{2}`, '2026-01-31', '2026-1-31'],
  [String.raw`\p{L}{2,50}( \p{L}{2,50}){0,3}`, 'Ana López', 'A'],
  ['(?i)yes|no', 'YES', 'maybe'],
  ['(x+x+)+y', 'xxxy', 'x'.repeat(30)],
])('a pattern is compiled and matches the whole text: %s', (pattern, good, bad) => {
  const { success, error } = field(pattern);
  expect(error).toBeUndefined();
  expect(success).toBe(true);
  const data = formData([formField.parse({ key: 'a', label: 'A', type: 'text', pattern })]);
  expect(data.safeParse({ a: good }).success).toBe(true);
  expect(data.safeParse({ a: bad }).error?.issues).toMatchObject([
    { path: ['a'], message: 'is not written as this field asks for; correct it' },
  ]);
});

test('estimateSize() is never less than about half of the compiled size', () => {
  const samples = [
    'a',
    '[a-z]{3}',
    '(ab|c){2,5}',
    '.{0,99}',
    'x*y+z?',
    String.raw`\pL{9}\p{Lu}{9}`,
  ];
  for (const pattern of [...samples, ...samples.map((each) => `(${each}){1,9}`)]) {
    expect(compilePattern(pattern).size).toBeLessThanOrEqual(2 * estimateSize(pattern) + 10);
  }
});

test('measureBlock() measures a blocked event loop', async () => {
  const compute = (ms: number) => {
    const start = process.cpuUsage();
    while (process.cpuUsage(start).user < ms * 1_000);
  };
  expect((await measureBlock(() => compute(100))).blockMs).toBeGreaterThan(50);
});

test('a pattern is compiled once', () => {
  expect(compilePattern('[a-z]{1,7}x')).toBe(compilePattern('[a-z]{1,7}x'));
});

test('a pattern is refused when max allows texts that take too long to match', () => {
  expect(faultOf('.{0,99}x?', { max: 4_000 })).toBeUndefined();
  expect(faultOf('.{0,99}x?', { max: 9_000 })).toMatch(/set max to \d+ or less/);
});

test('all patterns of a form block the event loop for less than the limit', async () => {
  const size = 100;
  const keys = Array.from({ length: size }, (_, index) => `f${index}`);
  const pattern = '(.{0,39}x?){9}';
  const fields = keys.map((key) =>
    formField.parse({ key, label: key, type: 'text', pattern, max: 1_200 }),
  );
  const sent = Object.fromEntries(keys.map((key, index) => [key, `${index} aé1`.repeat(190)]));
  const { result, blockMs } = await measureBlock(() => formData(fields).safeParse(sent));
  expect(result.error?.issues.at(-1)?.message).toContain('too long to be checked together');
  expect(blockMs).toBeLessThan(MAX_BLOCK_MS);
  const again = formData(fields);
  for (const text of ['a', 'b']) {
    const some = Object.fromEntries(keys.map((key) => [key, text]));
    expect(again.safeParse(some).success).toBe(true);
  }
});
