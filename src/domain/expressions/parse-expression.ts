/** Parses expressions in the language of expr-eval, without assignments and definitions. */
import { ExpressionError } from './expression-error';
import { ARGUMENTS, type FunctionName } from './functions';
import type { Node } from './nodes';
import type { BinaryOperator, UnaryOperator } from './operators';
import { scanExpression, type Token } from './scan-expression';

/** Binary operators by precedence, lowest first. */
const LEVELS: readonly ReadonlySet<string>[] = [
  new Set(['or']),
  new Set(['and']),
  new Set(['==', '!=', '<', '<=', '>', '>=', 'in']),
  new Set(['+', '-']),
  new Set(['*', '/', '%']),
];
const COMPARISONS = 2;
const PREFIXES: ReadonlySet<string> = new Set(['not', '-', '+']);

/** Returns the tree of an expression. @throws ExpressionError with the position of the first error. */
export function parseExpression(text: string): Node {
  const parser = new Parser(scanExpression(text), text.length);
  return parser.whole();
}

class Parser {
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly end: number,
  ) {}

  whole(): Node {
    const node = this.choice();
    if (this.next !== undefined) throw this.misfit();
    return node;
  }

  private get next(): Token | undefined {
    return this.tokens[this.at];
  }

  private get position(): number {
    return this.next?.position ?? this.end;
  }

  private misfit(): ExpressionError {
    const { position, next } = this;
    if (next === undefined) return new ExpressionError(position, 'something is missing here');
    return new ExpressionError(position, next.hint ?? 'this does not belong here');
  }

  private isNext(sign: string): boolean {
    return this.next?.sign === sign;
  }

  /** Consumes a sign if it comes next. */
  private accept(sign: string): boolean {
    const isNext = this.isNext(sign);
    if (isNext) this.at += 1;
    return isNext;
  }

  private expect(sign: string): void {
    if (!this.accept(sign)) throw this.misfit();
  }

  private choice(): Node {
    const condition = this.binary(0);
    const { position } = this;
    if (!this.accept('?')) return condition;
    const chosen = this.choice();
    this.expect(':');
    return { type: 'choice', position, condition, chosen, otherwise: this.choice() };
  }

  private binary(level: number): Node {
    const signs = LEVELS[level];
    if (signs === undefined) return this.factor();
    const first = this.next;
    let left = this.binary(level + 1);
    for (let count = 0; signs.has(this.next?.sign ?? ''); count += 1) {
      const { position } = this;
      if (level === COMPARISONS) this.requireComparison(first, count);
      const operator = this.next?.sign as BinaryOperator;
      this.at += 1;
      left = { type: 'binary', position, operator, left, right: this.binary(level + 1) };
    }
    return left;
  }

  /** @throws ExpressionError for `a < b < c`, and for `not a == b`, which compares `not a`. */
  private requireComparison(first: Token | undefined, count: number): void {
    if (count > 0) {
      throw new ExpressionError(
        this.position,
        'comparisons cannot be chained; write "a < b and b < c", or put one in brackets',
      );
    }
    if (first?.sign !== 'not') return;
    throw new ExpressionError(
      first.position,
      '"not" would apply to the first value alone; write "not (a == b)"',
    );
  }

  private factor(): Node {
    const { position, next } = this;
    if (next === undefined || !PREFIXES.has(next.sign ?? '')) return this.power();
    this.at += 1;
    const operator = next.sign as UnaryOperator;
    return { type: 'unary', position, operator, operand: this.factor() };
  }

  private power(): Node {
    const left = this.member();
    const { position } = this;
    if (!this.accept('^')) return left;
    return { type: 'binary', position, operator: '^', left, right: this.factor() };
  }

  private member(): Node {
    let node = this.primary();
    for (;;) {
      const { position } = this;
      if (this.accept('.')) {
        const { place } = this.next ?? {};
        if (place?.kind !== 'key') throw this.misfit();
        node = { type: 'member', position: this.position, of: node, key: place.key };
        this.at += 1;
      } else if (this.accept('[')) {
        node = { type: 'item', position, list: node, index: this.choice() };
        this.expect(']');
      } else return node;
    }
  }

  private primary(): Node {
    const { position, next } = this;
    if (this.accept('(')) {
      const node = this.choice();
      this.expect(')');
      return node;
    }
    if (this.accept('[')) return { type: 'list', position, items: this.list(']') };
    if (next?.place === undefined || next.place.kind === 'key') throw this.misfit();
    this.at += 1;
    if (next.place.kind === 'literal')
      return { type: 'literal', position, value: next.place.value };
    if (next.place.kind === 'variable')
      return { type: 'variable', position, name: next.place.name };
    return this.call(next.place.name, position);
  }

  private call(name: FunctionName, position: number): Node {
    this.expect('(');
    const operands = this.list(')');
    const wanted = ARGUMENTS[name];
    if (wanted === null ? operands.length === 0 : operands.length !== wanted) {
      throw new ExpressionError(position, `takes ${wanted ?? 'one or more'} values`);
    }
    return { type: 'call', position, name, operands };
  }

  /** Parses a comma-separated list up to the closing bracket. */
  private list(close: string): Node[] {
    const items: Node[] = [];
    if (this.accept(close)) return items;
    do items.push(this.choice());
    while (this.accept(','));
    this.expect(close);
    return items;
  }
}
