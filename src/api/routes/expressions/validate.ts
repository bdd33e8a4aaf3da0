import { z } from 'zod';
import { requireExpression } from '../../../application/require-expression';
import { defineRoute, noFields } from '../../server/route';
import { described } from '../../openapi/described';

/** Checks if an expression could be stored, without evaluating it. */
export const validateExpression = defineRoute({
  method: 'post',
  path: '/v1/expressions/validate',
  summary: 'Check an expression',
  description:
    'Checks that an expression can be stored as a rule or a skip, without evaluating it. 400 `invalid_expression` tells the position of the fault.',
  auth: { kind: 'key', scopes: ['config:read'] },
  idempotent: true,
  params: noFields,
  body: z.strictObject({
    expression: described(
      z.string(),
      'The expression, as docs/expressions.md says.',
      "5 > 10 ? 'true': 'false'",
    ),
  }),
  result: described(z.literal('Ok'), 'The expression can be stored.'),
  errors: ['invalid_expression'],
  example: { expression: "5 > 10 ? 'true': 'false'" },
  handle({ body }) {
    requireExpression(body.expression, 'expression');
    return Promise.resolve({ result: 'Ok' });
  },
});
