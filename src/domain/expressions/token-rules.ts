/** Rules that are stricter than expr-eval's grammar. */
import { ExpressionError } from './expression-error';
import { ARGUMENTS, type FunctionName } from './functions';
import type { Token } from './scan-expression';

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);
/** Signs after which another comparison may follow. */
const BOUNDARIES: ReadonlySet<string> = new Set(['and', 'or', '?', ':', ',']);

/** State within one pair of brackets. */
interface Brackets {
  /** Called with the values in the brackets. */
  callee?: { name: FunctionName; position: number };
  /** Values before the current one. */
  values: number;
  /** First token since the last boundary. */
  first?: Token | undefined;
  isCompared: boolean;
}

/** @throws ExpressionError at the first token that breaks a rule. */
export function requireRules(tokens: readonly Token[]): void {
  const open: Brackets[] = [{ values: 0, isCompared: false }];
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    requireOperator(token, before);
    const current = open.at(-1);
    if (current !== undefined) read(token, current);
    if (token.sign === '(' || token.sign === '[') open.push(bracketsAfter(before));
    if (token.sign === ')' || token.sign === ']') requireArguments(open.pop(), before);
  }
}

/** @throws ExpressionError for a comparison that has no place in its brackets. */
function read(token: Token, brackets: Brackets): void {
  const sign = token.sign ?? '';
  if (COMPARISONS.has(sign)) requireComparison(token, brackets);
  if (sign === ',') brackets.values += 1;
  if (BOUNDARIES.has(sign)) {
    brackets.isCompared = false;
    brackets.first = undefined;
  } else brackets.first ??= token;
}

/** Returns the error for a token where none of its kind can stand; without a token, at the end. */
export function misfit(token: Token | undefined, end: number): ExpressionError {
  if (token === undefined) return new ExpressionError(end, 'something is missing here');
  return new ExpressionError(token.position, token.hint ?? 'this does not belong here');
}

/** @throws ExpressionError for two values without an operator between them. */
function requireOperator(token: Token, before: Token | undefined): void {
  const isOperand = token.place !== undefined || token.sign === 'not';
  const isAfterOperand =
    before?.place !== undefined || before?.sign === ')' || before?.sign === ']';
  if (isOperand && isAfterOperand) throw misfit(token, token.position);
}

/** @throws ExpressionError for `a < b < c`, and for `not a == b`, which compares `not a`. */
function requireComparison({ position }: Token, brackets: Brackets): void {
  if (brackets.isCompared) {
    throw new ExpressionError(
      position,
      'comparisons cannot be chained; write "a < b and b < c", or put one in brackets',
    );
  }
  if (brackets.first?.sign === 'not') {
    throw new ExpressionError(
      brackets.first.position,
      '"not" would apply to the first value alone; write "not (a == b)"',
    );
  }
  brackets.isCompared = true;
}

function bracketsAfter(before: Token | undefined): Brackets {
  const inside: Brackets = { values: 0, isCompared: false };
  if (before?.place?.kind !== 'function') return inside;
  return { ...inside, callee: { name: before.place.name, position: before.position } };
}

/** @throws ExpressionError where a function gets too few or too many values. */
function requireArguments(brackets: Brackets | undefined, before: Token | undefined): void {
  if (brackets?.callee === undefined) return;
  const { callee, values } = brackets;
  const given = before?.sign === '(' ? 0 : values + 1;
  const wanted = ARGUMENTS[callee.name];
  if (wanted === null ? given > 0 : given === wanted) return;
  throw new ExpressionError(callee.position, `takes ${wanted ?? 'one or more'} values`);
}
