import { ExpressionError } from '../expressions/expression-error';
import { parseExpression } from '../expressions/parse-expression';
import { stepsInTemplate } from '../expressions/parse-template';
import { DomainError } from './domain-error';

/** Checks an expression. @throws DomainError `invalid_expression` with the position of the fault, from 0. */
export function requireExpression(text: string, path: string): void {
  orInvalid(path, () => parseExpression(text));
}

/**
 * Checks a text with places such as `{step.field}`. Returns the steps that it is about.
 * @throws DomainError `invalid_expression` with the position of the fault, from 0.
 */
export function requireTemplate(text: string, path: string): string[] {
  return orInvalid(path, () => stepsInTemplate(text));
}

function orInvalid<Result>(path: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const message = 'The expression is invalid; details name the position, from 0.';
    throw new DomainError('invalid_expression', message, {
      details: [{ path, message: error.message }],
    });
  }
}
