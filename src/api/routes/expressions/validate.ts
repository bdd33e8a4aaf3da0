import { z } from 'zod';
import { requireExpression } from '../../../application/require-expression';
import { defineRoute, noFields } from '../../server/route';

/** Checks if an expression could be stored, without evaluating it. */
export const validateExpression = defineRoute({
  method: 'post',
  path: '/v1/expressions/validate',
  summary: 'Check the syntax of an expression',
  auth: { kind: 'key', scopes: ['config:read'] },
  idempotent: true,
  params: noFields,
  body: z.strictObject({ expression: z.string() }),
  result: z.literal('Ok'),
  errors: ['invalid_expression'],
  example: { expression: "5 > 10 ? 'true': 'false'" },
  handle({ body }) {
    requireExpression(body.expression, 'expression');
    return Promise.resolve({ result: 'Ok' });
  },
});
