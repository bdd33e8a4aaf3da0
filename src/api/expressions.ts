import { checkExpression } from '../expressions/check-expression';
import { ExpressionError } from '../expressions/expression-error';
import type { Scope } from '../expressions/kinds';
import { parseExpression } from '../expressions/parse-expression';
import { stepsInTemplate } from '../expressions/parse-template';
import { ApiError } from './problems';

/**
 * Checks that an expression can be read and can come to true or false. `scope`: what its names stand for; absent: they
 * may be anything. `what` precedes the message.
 * @throws ApiError `invalid_expression` with the position of the fault, from 0.
 */
export function requireExpression(text: string, path: string, scope?: Scope, what = ''): void {
  orInvalid(path, () => checkExpression(parseExpression(text), scope), what);
}

/**
 * The steps that a text with places is about.
 * @throws ApiError as above.
 */
export function requireTemplate(text: string, path: string): string[] {
  return orInvalid(path, () => stepsInTemplate(text));
}

function orInvalid<Result>(path: string, parse: () => Result, what = ''): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const message =
      'The expression cannot be used. The details say at which position, counted from 0, and what to write instead.';
    throw new ApiError('invalid_expression', message, [
      { path, message: `${what}${error.message}` },
    ]);
  }
}
