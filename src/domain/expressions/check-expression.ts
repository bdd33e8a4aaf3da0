/**
 * Checks expressions for errors that no data can avoid: comparisons of different kinds, conditions that aren't boolean,
 * unknown names.
 */
import { ExpressionError } from './expression-error';
import {
  ANY,
  BOOLEAN,
  unionKind,
  fieldOf,
  nameOf,
  NUMBER,
  type ValueKind,
  type Scope,
} from './kinds';
import type { Node } from './nodes';
import { isNumeric } from './values';

/**
 * Checks that an expression can be true or false.
 * @throws ExpressionError with the position of the first error.
 */
export function checkExpression(expression: Node, scope: Scope = () => ANY): void {
  new Checker(scope).requireTruth(expression, 'an expression must come to true or false');
}

type Of<Type extends Node['type']> = Extract<Node, { type: Type }>;

class Checker {
  constructor(private readonly scope: Scope) {}

  /** @throws ExpressionError unless the value can be a boolean, or the text `true` or `false`. */
  requireTruth(node: Node, why: string): ValueKind {
    if (node.type === 'choice') {
      this.kindOf(node);
      this.requireTruth(node.chosen, why);
      return this.requireTruth(node.otherwise, why);
    }
    const kind = this.kindOf(node);
    const isTruth = kind.kind === 'text' && (kind.values ?? []).every((text) => TRUTHS.has(text));
    if (kind.kind === 'any' || kind.kind === 'boolean') return BOOLEAN;
    if (isTruth && kind.values !== undefined) return BOOLEAN;
    throw fault(node, `${why}; this is ${nameOf(kind)}, so compare it with something`);
  }

  private kindOf(node: Node): ValueKind {
    switch (node.type) {
      case 'literal':
        return kindOfLiteral(node.value);
      case 'variable':
        return found(node, this.scope(node.name), node.name);
      case 'member':
        return found(node, fieldOf(this.kindOf(node.of), node.key), node.key);
      case 'item':
        return this.kindOfItem(node);
      case 'list':
        return { kind: 'list', items: join(node.items.map((each) => this.kindOf(each))) };
      case 'call':
        return this.kindOfCall(node);
      case 'unary':
        return this.kindOfUnary(node);
      case 'binary':
        return this.kindOfBinary(node);
      case 'choice':
        this.requireTruth(node.condition, '"?" needs a condition');
        return unionKind(this.kindOf(node.chosen), this.kindOf(node.otherwise));
    }
  }

  private kindOfUnary({ operator, operand }: Of<'unary'>): ValueKind {
    if (operator === 'not') return this.requireTruth(operand, '"not" needs a condition');
    return this.requireNumber(operand, operator);
  }

  private kindOfItem({ list, index }: Of<'item'>): ValueKind {
    const [of, by] = [this.kindOf(list), this.kindOf(index)];
    if (by.kind !== 'number' && by.kind !== 'any') {
      throw fault(index, "must be the number of an item, from 0; write a field as ['name']");
    }
    const isNegative = index.type === 'unary' && index.operator === '-';
    if (isNegative || (index.type === 'literal' && !Number.isInteger(index.value))) {
      throw fault(index, 'must be the number of an item: 0 for the first, 1 for the second');
    }
    if (of.kind === 'list') return of.items;
    if (of.kind === 'any') return ANY;
    throw fault(list, `is ${nameOf(of)} and has no items`);
  }

  private kindOfCall({ name, operands }: Of<'call'>): ValueKind {
    const [first, second] = operands;
    if (name === 'length') this.requireKind(first, ['text', 'number', 'list'], name);
    else if (name === 'indexOf') {
      this.requireKind(first, ['text', 'number', 'boolean'], name);
      this.requireKind(second, ['text', 'list'], name);
    } else if (second !== undefined || first === undefined || this.kindOf(first).kind !== 'list') {
      for (const each of operands) this.requireNumber(each, name);
    }
    return NUMBER;
  }

  private kindOfBinary(node: Of<'binary'>): ValueKind {
    const { operator, left, right } = node;
    switch (operator) {
      case 'and':
      case 'or':
        this.requireTruth(left, `"${operator}" stands between conditions`);
        return this.requireTruth(right, `"${operator}" stands between conditions`);
      case '==':
      case '!=':
        this.requireAlike(node, this.kindOf(left), this.kindOf(right));
        return BOOLEAN;
      case 'in':
        this.requireList(node);
        return BOOLEAN;
      case '<':
      case '<=':
      case '>':
      case '>=':
        this.requireOrder(node);
        return BOOLEAN;
      default:
        requireDivisor(node);
        this.requireNumber(left, operator);
        return this.requireNumber(right, operator);
    }
  }

  /** @throws ExpressionError if the two values can never be equal. */
  private requireAlike(at: Node, a: ValueKind, b: ValueKind): void {
    const reason = faultOfKinds(a, b) ?? faultOfTexts(a, b);
    if (reason !== undefined) throw fault(at, reason);
  }

  private requireList(node: Of<'binary'>): void {
    const [sought, list] = [this.kindOf(node.left), this.kindOf(node.right)];
    if (node.right.type === 'list') {
      if (node.right.items.length === 0) throw fault(node.right, 'nothing is in an empty list');
      for (const item of node.right.items) this.requireAlike(item, sought, this.kindOf(item));
    } else if (list.kind === 'list') this.requireAlike(node, sought, list.items);
    else if (list.kind !== 'any') {
      throw fault(
        node.right,
        '"in" needs a list, such as [a, b]; for texts write indexOf(a, b) >= 0',
      );
    }
  }

  /** @throws ExpressionError if the two values have no order. */
  private requireOrder({ operator, left, right, position }: Of<'binary'>): void {
    const [a, b] = [this.kindOf(left), this.kindOf(right)];
    if (a.kind === 'text' && b.kind === 'text') return;
    for (const [node, kind, other] of [
      [left, a, b],
      [right, b, a],
    ] as const) {
      const isOrdered = kind.kind === 'text' || kind.kind === 'number' || kind.kind === 'any';
      if (!isOrdered)
        throw fault(node, `"${operator}" compares numbers or texts; this is ${nameOf(kind)}`);
      if (other.kind === 'number' && !canBeNumber(kind)) {
        throw fault({ position }, `compares a number with a text that is none`);
      }
    }
  }

  private requireNumber(node: Node, operator: string): ValueKind {
    const kind = this.kindOf(node);
    if (canBeNumber(kind)) return NUMBER;
    throw fault(node, `"${operator}" needs numbers; this is ${nameOf(kind)}`);
  }

  private requireKind(node: Node | undefined, kinds: ValueKind['kind'][], name: string): void {
    if (node === undefined) return;
    const kind = this.kindOf(node);
    if (kind.kind === 'any' || kinds.includes(kind.kind)) return;
    throw fault(node, `${name} can't be asked about this: it is ${nameOf(kind)}`);
  }
}

/** @throws ExpressionError for a division by 0, which has no result. */
function requireDivisor({ operator, right }: Of<'binary'>): void {
  const isDivision = operator === '/' || operator === '%';
  if (!isDivision || right.type !== 'literal' || right.value !== 0) return;
  throw fault(right, 'nothing can be divided by 0');
}

const TRUTHS: ReadonlySet<string> = new Set(['true', 'false']);

function fault({ position }: Pick<Node, 'position'>, reason: string): ExpressionError {
  return new ExpressionError(position, reason);
}

/** Explains why values of two kinds are never equal; undefined if they can be. */
function faultOfKinds(a: ValueKind, b: ValueKind): string | undefined {
  const whole = [a, b].find(({ kind }) => kind === 'list' || kind === 'object');
  if (whole !== undefined) return `${nameOf(whole)} can't be compared; compare what is in it`;
  if (a.kind === b.kind || a.kind === 'any' || b.kind === 'any') return undefined;
  return `compares ${nameOf(a)} with ${nameOf(b)}, which are never the same`;
}

/** Explains why two texts are never equal; undefined if they can be. Two literals are always allowed. */
function faultOfTexts(a: ValueKind, b: ValueKind): string | undefined {
  if (a.kind !== 'text' || b.kind !== 'text' || (a.isLiteral && b.isLiteral)) return undefined;
  const [values, others] = [a.values, b.values];
  if (values === undefined || others === undefined) return undefined;
  if (values.some((text) => others.includes(text))) return undefined;
  const all = (a.isLiteral ? others : values).join(', ');
  return `compares with a text that it never is; it is one of: ${all}`;
}

function found(node: Node, kind: ValueKind | { fault: string }, name: string): ValueKind {
  if ('fault' in kind) throw fault(node, `"${name}" ${kind.fault}`);
  return kind;
}

function kindOfLiteral(value: string | number | boolean): ValueKind {
  if (typeof value === 'string') return { kind: 'text', values: [value], isLiteral: true };
  return typeof value === 'number' ? NUMBER : BOOLEAN;
}

function join(kinds: readonly ValueKind[]): ValueKind {
  const [first, ...others] = kinds;
  return first === undefined ? ANY : others.reduce(unionKind, first);
}

/** Returns true for a number, and for a text that can be numeric. */
function canBeNumber(kind: ValueKind): boolean {
  if (kind.kind === 'any' || kind.kind === 'number') return true;
  return kind.kind === 'text' && (kind.values?.some(isNumeric) ?? true);
}
