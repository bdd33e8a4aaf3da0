/**
 * An error in an expression. `position`: offset in UTF-16 units from 0; the length of the expression if something is
 * missing at its end.
 */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  constructor(
    readonly position: number,
    readonly reason: string,
  ) {
    super(`position ${position}: ${reason}`);
  }
}
