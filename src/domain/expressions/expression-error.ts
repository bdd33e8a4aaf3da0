/** What is wrong with an expression. `position`: from 0, in UTF-16 units; its length where something is missing at its end. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  constructor(
    readonly position: number,
    readonly reason: string,
  ) {
    super(`position ${position}: ${reason}`);
  }
}
