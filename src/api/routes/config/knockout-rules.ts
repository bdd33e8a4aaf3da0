import { z } from 'zod';
import { KNOCKOUT_RULE_EXAMPLE } from '../../../steps/creation-example';
import { stepSchemas } from '../../../steps/schemas';
import { configRoutes } from '../../config-resource';
import { knockoutRule } from '../../openapi/flow-configuration';
import { ruleScopeAlone } from '../../../application/expression-scope';
import { requireExpression } from '../../../application/require-expression';
import { singleLine } from '../../fields';

const body = z.strictObject({
  name: singleLine(100),
  template: z.string(),
  active: z.boolean().default(true),
  step: z.enum(Object.keys(stepSchemas)),
});

/** Routes for knockout rules, which must be true after a step (Workflows API of REM Tools). */
export const knockoutRuleRoutes = configRoutes({
  path: 'knockout-rules',
  name: 'knockout rule',
  store: (deps) => deps.knockoutRules,
  body,
  document: knockoutRule,
  hasUniqueNames: true,
  errors: ['invalid_expression'],
  example: KNOCKOUT_RULE_EXAMPLE,
  asSent: ({ name, template, active, step }) => ({ name, template, active, step }),
  check(given) {
    requireExpression(given.template, 'template', ruleScopeAlone(given.step));
    return Promise.resolve(given);
  },
});
