/**
 * Splits an expression into its tokens. Names, keys and literals are taken out of it here: the parser sees numbered
 * places instead, so that no word of a caller's ever is looked up in an object of the parser's.
 */
import { ExpressionError } from './expression-error';
import { FUNCTIONS, isFunctionName, type FunctionName } from './functions';
import { unescapeText } from './unescape-text';

/** What stood at a numbered place. */
export type Place =
  | { kind: 'literal'; value: string | number | boolean }
  | { kind: 'variable'; name: string }
  | { kind: 'key'; key: string }
  | { kind: 'function'; name: FunctionName };

/** A token as the parser gets it, and where it stood. */
export interface Token {
  text: string;
  position: number;
}

export interface Scanned {
  tokens: Token[];
  places: Place[];
}

const KINDS = ['number', 'text', 'name', 'sign'] as const;

interface Raw {
  kind: (typeof KINDS)[number];
  text: string;
  position: number;
}

/** Rules are a line or two; the longest of these is parsed in a millisecond. */
const MAX_LENGTH = 2_000;
/** Bounds how deeply the parser calls itself. */
const MAX_TOKENS = 500;
const MAX_DEPTH = 32;

const PATTERN = [
  /(?<blank>[ \t\r\n]+|\/\*[^]*?\*\/)/u,
  /(?<number>0x[\da-f]+|0b[01]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/u,
  /(?<text>'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*")/u,
  /(?<name>[\p{L}_$][\p{L}\p{N}_$]*)/u,
  /(?<sign>[<>=!]=|\|\||[-+*/%^?:.<>()[\],])/u,
];
const TOKEN = new RegExp(PATTERN.map(({ source }) => source).join('|'), 'iuy');
const WORDS: ReadonlySet<string> = new Set(['not', 'and', 'or', 'in']);

/** @throws ExpressionError. */
export function scanExpression(expression: string): Scanned {
  if (expression.length > MAX_LENGTH) {
    throw new ExpressionError(MAX_LENGTH, `is longer than ${MAX_LENGTH} characters`);
  }
  const raws = readRaws(expression);
  requireBounds(raws);
  return placed(raws);
}

function readRaws(expression: string): Raw[] {
  const raws: Raw[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < expression.length) {
    const position = pattern.lastIndex;
    const groups = pattern.exec(expression)?.groups;
    if (groups === undefined) throw new ExpressionError(position, faultOf(expression[position]));
    const kind = KINDS.find((each) => groups[each] !== undefined);
    if (kind !== undefined) raws.push({ kind, text: groups[kind] ?? '', position });
  }
  return raws;
}

function faultOf(character: string | undefined): string {
  if (character === "'" || character === '"') return 'this text is not closed';
  if (character === '!') return 'write "not" or "!="';
  if (character === '=') return 'nothing can be assigned; write "==" to compare';
  if (character === '&' || character === '|') return 'write "and" or "or"';
  return 'this character means nothing here';
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

/** Puts numbered places where names, keys and literals stood; `a['b']` becomes `a.b`. */
function placed(raws: readonly Raw[]): Scanned {
  const places: Place[] = [];
  const tokens: Token[] = [];
  const put = (place: Place, position: number) => {
    tokens.push({ text: `v${places.push(place) - 1}`, position });
  };
  for (let index = 0; index < raws.length; index += 1) {
    const raw = raws[index] as Raw;
    const [before, next] = [raws[index - 1], raws[index + 1]];
    if (next !== undefined && isKeyed(raws, index)) {
      tokens.push({ text: '.', position: raw.position });
      put({ kind: 'key', key: unescapeText(next.text, next.position) }, next.position);
      index += 2;
      continue;
    }
    if (isSign(raw, '(') && endsOperand(before)) requireFunction(raws, index);
    if (raw.kind === 'sign' || isWord(raw, before)) {
      tokens.push({ text: raw.text, position: raw.position });
    } else put(placeOf(raw, before, next), raw.position);
  }
  return { tokens, places };
}

/** Whether the member access `['key']` begins there. */
function isKeyed(raws: readonly Raw[], index: number): boolean {
  const [before, open, key, close] = [index - 1, index, index + 1, index + 2].map((at) => raws[at]);
  return isSign(open, '[') && endsOperand(before) && key?.kind === 'text' && isSign(close, ']');
}

function placeOf(raw: Raw, before: Raw | undefined, next: Raw | undefined): Place {
  const { kind, text, position } = raw;
  if (kind === 'number') return { kind: 'literal', value: Number(text) };
  if (kind === 'text') return { kind: 'literal', value: unescapeText(text, position) };
  if (isSign(before, '.')) return { kind: 'key', key: text };
  if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' };
  if (isSign(next, '(') && isFunctionName(text)) return { kind: 'function', name: text };
  return { kind: 'variable', name: text };
}

/** @throws ExpressionError where what stands before a bracket is none of the functions. */
function requireFunction(raws: readonly Raw[], index: number): void {
  const [owner, callee] = [raws[index - 2], raws[index - 1]];
  if (callee?.kind === 'name' && isFunctionName(callee.text) && !isSign(owner, '.')) return;
  const position = callee?.position ?? 0;
  throw new ExpressionError(position, `only ${Object.keys(FUNCTIONS).join(', ')} can be called`);
}

/** Whether an operand may end with it: a bracket after it is then a call, or asks for a member. */
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
