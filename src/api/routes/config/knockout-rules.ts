import { z } from 'zod';
import { KNOCKOUT_RULE_EXAMPLE } from '../../../steps/creation-example';
import { stepSchemas } from '../../../steps/schemas';
import { configRoutes } from '../../config-resource';
import { knockoutRule, RULE_TEXT as T } from '../../openapi/forms';
import { ruleScopeAlone } from '../../../application/expression-scope';
import { requireExpression } from '../../../application/require-expression';
import { singleLine } from '../../fields';
import { described } from '../../openapi/described';
import { EXAMPLE_KEYS } from '../../../steps/example-keys';

const body = z.strictObject({
  name: described(singleLine(100), T.name, 'Correo permitido'),
  template: described(z.string(), T.template, "email != 'example@example.com'"),
  active: described(z.boolean().default(true), `${T.active} By default true.`, true),
  step: described(z.enum(Object.keys(stepSchemas)), T.step, EXAMPLE_KEYS.email),
});

/** Routes for knockout rules, which must be true after a step (Workflows API of REM Tools). */
export const knockoutRuleRoutes = configRoutes({
  path: 'knockout-rules',
  name: 'knockout rule',
  purpose:
    'A knockout rule says what must be true after a step. False ends the workflow as `rejected`; unknown puts it in review. It applies to workflows whose rule set has it.',
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
