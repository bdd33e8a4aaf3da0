import { ExpressionError } from '../expressions/expression-error';
import { parseExpression } from '../expressions/parse-expression';
import { ApiError } from './problems';

/** @throws ApiError `invalid_expression` with the position of the fault, from 0. */
export function requireExpression(text: string, path: string): void {
  try {
    parseExpression(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const message = 'The expression is not in order; details say at which position, from 0.';
    throw new ApiError('invalid_expression', message, [{ path, message: error.message }]);
  }
}
