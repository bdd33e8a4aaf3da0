/** Suggestions for signs and words of other languages. */

/** Suggestions for words of other languages that stand between two values. */
export const WORD_HINTS: ReadonlyMap<string, string> = new Map([
  ...['is', 'eq', 'equals'].map((word) => [word, 'write "=="'] as const),
  ...['ne', 'neq'].map((word) => [word, 'write "!="'] as const),
  ...['xor', 'then', 'if', 'else'].map((word) => [word, 'write "a ? b : c"'] as const),
  ...['contains', 'includes', 'like', 'matches'].map(
    (word) => [word, 'write "a in [b, c]" or "indexOf(a, text) >= 0"'] as const,
  ),
  ['between', 'write "a >= b and a <= c"'],
  ['mod', 'write "%"'],
  ['div', 'write "/"'],
  ['gt', 'write ">"'],
  ['gte', 'write ">="'],
  ['lt', 'write "<"'],
  ['lte', 'write "<="'],
]);

/** Suggestions for values of other languages, in any case of their letters. */
export const NO_NAMES: ReadonlyMap<string, string> = new Map([
  ...['null', 'undefined', 'nil', 'nan', 'infinity'].map(
    (word) =>
      [word, `there is no ${word}: an expression that needs a missing value is unknown`] as const,
  ),
  ...['true', 'false', 'and', 'or', 'not', 'in'].map((word) => [word, `write "${word}"`] as const),
]);

/** Suggestions for pairs of signs of other languages, at the second one. */
export const PAIR_HINTS: ReadonlyMap<string, string> = new Map([
  ['<>', 'write "!="'],
  ['**', 'write "^"'],
  ['//', 'write "/" to divide, or a comment as /* … */'],
  ['<=>', 'write "==", "<" or ">"'],
]);

/** Suggestions for signs of other languages. The longer ones come first. */
const SIGNS: readonly (readonly [sign: string, hint: string])[] = [
  ['=>', 'write ">="'],
  ['=<', 'write "<="'],
  ['=!', 'write "!="'],
  ['=', 'nothing can be assigned; write "==" to compare'],
  ['!', 'write "not" or "!="'],
  ...["'", '"'].map((sign) => [sign, 'this text is not closed'] as const),
  ...['&', '|'].map((sign) => [sign, 'write "and" or "or"'] as const),
  ...['≠', '≥', '≤'].map((sign, at) => [sign, `write "${['!=', '>=', '<='][at]}"`] as const),
  ...['“', '”', '‘', '’', '«', '»', '`'].map((sign) => [sign, `write ' or "`] as const),
  ...['–', '—', '−'].map((sign) => [sign, 'write "-"'] as const),
  ...['×', '÷'].map((sign, at) => [sign, `write "${['*', '/'][at]}"`] as const),
  [';', 'write one expression; join conditions by "and" or "or"'],
];

/** Returns what is wrong with a character that is not in the language. */
export function faultAt(expression: string, position: number): string {
  const known = SIGNS.find(([sign]) => expression.startsWith(sign, position));
  return known?.[1] ?? 'this character means nothing here';
}
