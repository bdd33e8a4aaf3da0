/** Splits an expression into its tokens. */
import { ExpressionError } from './expression-error';
import { FUNCTIONS, isFunctionName, type FunctionName } from './functions';
import { faultAt, NO_NAMES, PAIR_HINTS, WORD_HINTS } from './hints';
import { unescapeText } from './unescape-text';

/** A name, key or literal. */
export type Place =
  | { kind: 'literal'; value: string | number | boolean }
  | { kind: 'variable'; name: string }
  | { kind: 'key'; key: string }
  | { kind: 'function'; name: FunctionName };

/** A sign or keyword of the language, or an operand. */
export interface Token {
  position: number;
  sign?: string;
  place?: Place;
  /** Correction to suggest if the token is misplaced. */
  hint?: string;
}

const KINDS = ['number', 'text', 'name', 'sign'] as const;

interface Raw {
  kind: (typeof KINDS)[number];
  text: string;
  position: number;
}

/** A rule is a line or two. An expression of this length is parsed within a millisecond. */
const MAX_LENGTH = 2_000;
/** Limits the recursion depth of the parser. */
const MAX_TOKENS = 500;
const MAX_DEPTH = 32;

const PATTERN = [
  /(?<blank>[ \t\r\n]+|\/\*[^]*?\*\/)/u,
  /(?<number>0x[\da-f]+|0b[01]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/u,
  /(?<text>'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*")/u,
  /(?<name>[\p{L}_$][\p{L}\p{N}_$]*)/u,
  /(?<sign>[<>=!]=|[-+*/%^?:.<>()[\],])/u,
];
const TOKEN = new RegExp(PATTERN.map(({ source }) => source).join('|'), 'iuy');
const WORDS: ReadonlySet<string> = new Set(['not', 'and', 'or', 'in']);

/** @throws ExpressionError. */
export function scanExpression(expression: string): Token[] {
  if (expression.length > MAX_LENGTH) {
    throw new ExpressionError(MAX_LENGTH, `is longer than ${MAX_LENGTH} characters`);
  }
  const raws = readRaws(expression);
  requireBounds(raws);
  return tokensOf(raws);
}

function readRaws(expression: string): Raw[] {
  const raws: Raw[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < expression.length) {
    const position = pattern.lastIndex;
    const groups = pattern.exec(expression)?.groups;
    if (groups === undefined) throw new ExpressionError(position, faultAt(expression, position));
    const kind = KINDS.find((each) => groups[each] !== undefined);
    if (kind !== undefined) raws.push({ kind, text: groups[kind] ?? '', position });
  }
  return raws;
}

function requireBounds(raws: readonly Raw[]): void {
  const beyond = raws[MAX_TOKENS];
  if (beyond !== undefined) {
    throw new ExpressionError(beyond.position, `has more than ${MAX_TOKENS} parts`);
  }
  let depth = 0;
  for (const { kind, text, position } of raws) {
    if (kind !== 'sign') continue;
    if (text === '(' || text === '[') depth += 1;
    if (text === ')' || text === ']') depth -= 1;
    if (depth > MAX_DEPTH) {
      throw new ExpressionError(position, `is nested deeper than ${MAX_DEPTH} levels`);
    }
  }
}

/** Classifies each part; `a['b']` becomes `a.b`. */
function tokensOf(raws: readonly Raw[]): Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < raws.length; index += 1) {
    const raw = raws[index] as Raw;
    const { position } = raw;
    const [before, next] = [raws[index - 1], raws[index + 1]];
    if (next !== undefined && isKeyed(raws, index)) {
      const place: Place = { kind: 'key', key: unescapeText(next.text, next.position) };
      tokens.push({ position, sign: '.' }, { position: next.position, place });
      index += 2;
      continue;
    }
    requireFunction(raws, index);
    const hint = hintFor(raw, before, next);
    const token: Token = hint === undefined ? { position } : { position, hint };
    if (raw.kind === 'sign' || isWord(raw, before)) tokens.push({ ...token, sign: raw.text });
    else tokens.push({ ...token, place: placeOf(raw, before, next) });
  }
  return tokens;
}

/** Returns the correction to suggest for a part that can't follow the one before it. */
function hintFor(raw: Raw, before: Raw | undefined, next: Raw | undefined): string | undefined {
  const pair = `${before?.text ?? ''}${raw.text}`;
  if (raw.kind === 'sign' && PAIR_HINTS.has(pair)) return PAIR_HINTS.get(pair);
  if (raw.kind !== 'name' || !endsOperand(before)) return undefined;
  if (raw.text === 'not' && next?.text === 'in') return 'write "not (a in [b, c])"';
  return WORD_HINTS.get(raw.text.toLowerCase());
}

/** Returns true if the member access `['key']` begins at the index. */
function isKeyed(raws: readonly Raw[], index: number): boolean {
  const [before, open, key, close] = [index - 1, index, index + 1, index + 2].map((at) => raws[at]);
  return isSign(open, '[') && endsOperand(before) && key?.kind === 'text' && isSign(close, ']');
}

function placeOf(raw: Raw, before: Raw | undefined, next: Raw | undefined): Place {
  const { kind, text, position } = raw;
  if (kind === 'number') return { kind: 'literal', value: numberOf(text, position) };
  if (kind === 'text') return { kind: 'literal', value: unescapeText(text, position) };
  if (isSign(before, '.')) return { kind: 'key', key: text };
  if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' };
  if (isSign(next, '(') && isFunctionName(text)) return { kind: 'function', name: text };
  const hint = NO_NAMES.get(text === 'None' ? 'null' : text.toLowerCase());
  if (hint !== undefined) throw new ExpressionError(position, hint);
  return { kind: 'variable', name: text };
}

/** @throws ExpressionError for a number that JavaScript does not hold exactly. */
function numberOf(text: string, position: number): number {
  const value = Number(text);
  const isExact =
    Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  if (isExact) return value;
  throw new ExpressionError(
    position,
    'this number is too large to be exact; write at most 2^53 - 1',
  );
}

/** @throws ExpressionError where something other than a function is called. */
function requireFunction(raws: readonly Raw[], index: number): void {
  const [owner, callee] = [raws[index - 2], raws[index - 1]];
  if (callee === undefined || !isSign(raws[index], '(')) return;
  const isName = callee.kind === 'name';
  const isKey = isName && isSign(owner, '.');
  if (!isKey && (!endsOperand(callee) || (isName && isFunctionName(callee.text)))) return;
  throw new ExpressionError(
    callee.position,
    `only ${Object.keys(FUNCTIONS).join(', ')} can be called`,
  );
}

/** Returns true if an operand may end with this part: a bracket after it is a call or a member access. */
function endsOperand(raw: Raw | undefined): boolean {
  if (raw === undefined) return false;
  if (raw.kind === 'sign') return raw.text === ')' || raw.text === ']';
  return raw.kind !== 'name' || !WORDS.has(raw.text);
}

function isWord({ kind, text }: Raw, before: Raw | undefined): boolean {
  return kind === 'name' && WORDS.has(text) && !isSign(before, '.');
}

function isSign(raw: Raw | undefined, text: string): boolean {
  return raw?.kind === 'sign' && raw.text === text;
}
