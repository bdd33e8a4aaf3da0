/** Tests the check of docstrings that `npm run check` includes. */
interface Check {
  findDocstrings: (text: string, file: string) => { line: number; start: string }[];
}

const { findDocstrings } = jest.requireActual<Check>('../../scripts/check-docstrings.js');

const linesOf = (text: string) => findDocstrings(text, 'src/a.ts').map(({ line }) => line);

test('findDocstrings() reports docstrings that begin with a question word or a connective', () => {
  const text = [
    '/** What it is. */',
    'export const a = 1;',
    'export interface B {',
    '  /**',
    '   * Whether it is.',
    '   */',
    '  is: boolean;',
    '  /** Of the account. */',
    '}',
    '/** How it is made. */',
  ].join('\n');
  expect(linesOf(text)).toEqual([1, 4, 8, 10]);
});

test('findDocstrings() accepts other words, line comments and texts in strings', () => {
  const text = [
    '/** Whatever is sent. Official: a noun phrase may begin so. */',
    '// What it is.',
    '/* Of nothing. */',
    "export const text = '/** What it is. */';",
    '/** Returns what it is. */',
  ].join('\n');
  expect(linesOf(text)).toEqual([]);
});
