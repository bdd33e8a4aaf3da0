import { checkExpression } from '../domain/expressions/check-expression';
import { ExpressionError } from '../domain/expressions/expression-error';
import type { Scope } from '../domain/expressions/kinds';
import { parseExpression } from '../domain/expressions/parse-expression';
import { stepsInTemplate } from '../domain/expressions/parse-template';
import { DomainError } from './domain-error';

/**
 * Checks that an expression can be parsed and can be true or false. `scope`: known variables; absent: any name is
 * allowed. `what` precedes the message.
 * @throws DomainError `invalid_expression` with the position of the error, from 0.
 */
export function requireExpression(text: string, path: string, scope?: Scope, what = ''): void {
  orInvalid(path, () => checkExpression(parseExpression(text), scope), what);
}

/**
 * Checks a text with placeholders such as `{step.field}`. Returns the names of their steps.
 * @throws DomainError `invalid_expression` with the position of the error, from 0.
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
    throw new DomainError('invalid_expression', message, {
      details: [{ path, message: `${what}${error.message}` }],
    });
  }
}
