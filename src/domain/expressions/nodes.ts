/** The tree of an expression. Positions count UTF-16 units from 0. */
import type { FunctionName } from './functions';
import type { BinaryOperator, UnaryOperator } from './operators';

export type Node = { position: number } & (
  | { type: 'literal'; value: string | number | boolean }
  | { type: 'variable'; name: string }
  | { type: 'member'; of: Node; key: string }
  | { type: 'item'; list: Node; index: Node }
  | { type: 'list'; items: Node[] }
  | { type: 'call'; name: FunctionName; operands: Node[] }
  | { type: 'unary'; operator: UnaryOperator; operand: Node }
  | { type: 'binary'; operator: BinaryOperator; left: Node; right: Node }
  | { type: 'choice'; condition: Node; chosen: Node; otherwise: Node }
);
