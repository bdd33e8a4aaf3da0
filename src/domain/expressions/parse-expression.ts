/** Parses expressions in the language of expr-eval. Its parser reads the tokens; its evaluator is not used. */
import { Parser } from 'expr-eval';
import { ExpressionError } from './expression-error';
import type { Node } from './nodes';
import type { BinaryOperator, UnaryOperator } from './operators';
import { scanExpression, type Token } from './scan-expression';
import { misfit, requireRules } from './token-rules';

/** An instruction of expr-eval. A parsed expression lists them in postfix order. */
type Instruction =
  | { type: 'IVAR' | 'INUMBER' | 'IMEMBER' | 'IOP1' | 'IOP2' | 'IOP3'; value: unknown }
  | { type: 'IFUNCALL' | 'IARRAY'; value: number }
  | { type: 'IEXPR'; value: Instruction[] };

declare module 'expr-eval' {
  interface Expression {
    tokens: Instruction[];
  }
}

const parser = new Parser({ operators: { assignment: false, fndef: false, factorial: false } });
/** A character that expr-eval does not know. Its error shows that it accepted every token before it. */
const UNKNOWN = '}';
/** Signs that no node is made of. */
const PUNCTUATION: ReadonlySet<string | undefined> = new Set(['(', ')', ']', ',', '.', ':']);

/** Returns the tree of an expression. @throws ExpressionError with the position of the first error. */
export function parseExpression(text: string): Node {
  const tokens = scanExpression(text);
  const instructions = tryParse(tokens);
  if (instructions instanceof Error) {
    const accepted = countAccepted(tokens);
    requireRules(tokens.slice(0, accepted));
    throw misfit(tokens[accepted], text.length);
  }
  requireRules(tokens);
  const ofNodes = tokens.filter(({ sign }) => !PUNCTUATION.has(sign));
  return new TreeBuilder(flatten(instructions), ofNodes).next();
}

/** Returns the instructions, or the error of expr-eval. */
function tryParse(tokens: readonly Token[], end = ''): Instruction[] | Error {
  try {
    return parser.parse(`${tokens.map(textOf).join(' ')} ${end}`).tokens;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * Returns a token as expr-eval gets it. It gets no name of a caller, which it would look up among its own functions.
 * `not` is written as `-`, the prefix that binds as closely: expr-eval reads `not (a).b` as a call.
 */
function textOf({ sign, place }: Token): string {
  if (sign !== undefined) return sign === 'not' ? '-' : sign;
  return place?.kind === 'literal' ? '0' : 'v';
}

/** Counts the tokens before the first that expr-eval refuses, whose position it does not report. */
function countAccepted(tokens: readonly Token[]): number {
  let [accepted, refused] = [0, tokens.length + 1];
  while (refused - accepted > 1) {
    const middle = Math.floor((accepted + refused) / 2);
    const error = tryParse(tokens.slice(0, middle), UNKNOWN);
    const isAccepted =
      error instanceof Error && error.message.includes(`Unknown character "${UNKNOWN}"`);
    if (isAccepted) accepted = middle;
    else refused = middle;
  }
  return accepted;
}

/** Replaces branches by their instructions. */
function flatten(instructions: readonly Instruction[]): Instruction[] {
  return instructions.flatMap((each) => (each.type === 'IEXPR' ? flatten(each.value) : [each]));
}

/** Builds a tree from its last instruction and its last token to the first ones, which follow the same order. */
class TreeBuilder {
  constructor(
    private readonly instructions: Instruction[],
    private readonly tokens: Token[],
  ) {}

  /** Builds the node of the last instruction with its operands. */
  next(): Node {
    const { type, value } = popFrom(this.instructions);
    switch (type) {
      case 'IOP1':
        return this.unary();
      case 'IOP2':
        return this.binary();
      case 'IOP3':
        return this.choice();
      case 'IFUNCALL':
        return this.call(value);
      case 'IARRAY': {
        const items = this.several(value);
        return { type: 'list', position: popFrom(this.tokens).position, items };
      }
      default:
        return this.place();
    }
  }

  private unary(): Node {
    const operand = this.next();
    const { position, sign } = popFrom(this.tokens);
    return { type: 'unary', position, operator: sign as UnaryOperator, operand };
  }

  private binary(): Node {
    const right = this.next();
    const { position, sign } = popFrom(this.tokens);
    const left = this.next();
    if (sign === '[') return { type: 'item', position, list: left, index: right };
    return { type: 'binary', position, operator: sign as BinaryOperator, left, right };
  }

  private choice(): Node {
    const otherwise = this.next();
    const chosen = this.next();
    const { position } = popFrom(this.tokens);
    return { type: 'choice', position, condition: this.next(), chosen, otherwise };
  }

  private call(count: number): Node {
    const operands = this.several(count);
    popFrom(this.instructions);
    const { position, place } = popFrom(this.tokens);
    if (place?.kind !== 'function') throw new ExpressionError(position, 'is not a function');
    return { type: 'call', position, name: place.name, operands };
  }

  private several(count: number): Node[] {
    return Array.from({ length: count }, () => this.next()).reverse();
  }

  /** Builds a literal, a variable or a member. */
  private place(): Node {
    const { position, place } = popFrom(this.tokens);
    if (place?.kind === 'literal') return { type: 'literal', position, value: place.value };
    if (place?.kind === 'variable') return { type: 'variable', position, name: place.name };
    if (place?.kind === 'key') return { type: 'member', position, of: this.next(), key: place.key };
    throw new ExpressionError(position, 'this does not belong here');
  }
}

/** Removes the last item. @throws TypeError if there is none: expr-eval reads each token once. */
function popFrom<T>(list: T[]): T {
  const last = list.pop();
  if (last === undefined) throw new TypeError('an expression has fewer tokens than instructions');
  return last;
}
