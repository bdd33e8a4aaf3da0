import { ExpressionError } from '../expressions/expression-error';
import { parseExpression } from '../expressions/parse-expression';
import { stepsInTemplate } from '../expressions/parse-template';
import { ApiError } from './problems';

/** @throws ApiError `invalid_expression` with the position of the fault, from 0. */
export function requireExpression(text: string, path: string): void {
  orInvalid(path, () => parseExpression(text));
}

/**
 * The steps that a text with places is about.
 * @throws ApiError as above.
 */
export function requireTemplate(text: string, path: string): string[] {
  return orInvalid(path, () => stepsInTemplate(text));
}

function orInvalid<Result>(path: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const message = 'The expression is not in order; details say at which position, from 0.';
    throw new ApiError('invalid_expression', message, [{ path, message: error.message }]);
  }
}
