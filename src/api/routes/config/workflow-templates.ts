import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Json } from '../../../domain/run/events';
import { WORKFLOW_TEMPLATE_EXAMPLE } from '../../../steps/creation-example';
import type { WorkflowTemplateFields } from '../../../store/configuration/flow-configuration';
import { configRoutes, type Resource } from '../../config-resource';
import { TEMPLATE_TEXT as T, workflowTemplate } from '../../openapi/forms';
import { multiLine, singleLine, object } from '../../fields';
import { knownStep } from '../../../application/creation/known-step';
import { replaceGuids } from '../../../application/creation/replace-guids';
import { requireSkips } from '../../../application/creation/resolve-rules';
import { DomainError, invalidField } from '../../../application/domain-error';
import { parseWithoutNulls } from '../../server/parse-body';
import { ABSENT, creationBody } from '../workflows/create';
import { described } from '../../openapi/described';
import { EXAMPLE_KEYS } from '../../../steps/example-keys';

/** A step as sent: the creation from the template is checked separately. */
const step = z.union([
  described(z.string(), T.step, EXAMPLE_KEYS.consent),
  z.strictObject({
    step: described(z.string(), T.step, EXAMPLE_KEYS.consent),
    custom_id: described(z.string().nullable().optional(), T.custom_id, 'second_consent'),
  }),
]);

const body = z.strictObject({
  name: described(singleLine(100), T.name, 'Alta de cliente'),
  description: described(multiLine(1_000).default(''), T.description, 'Consentimiento y teléfono'),
  steps: described(z.array(step).min(1).max(50), T.steps, [EXAMPLE_KEYS.consent]),
  config: described(object.default({}), T.config, WORKFLOW_TEMPLATE_EXAMPLE.config),
  steps_setup: described(object.default({}), T.steps_setup, WORKFLOW_TEMPLATE_EXAMPLE.steps_setup),
});

/** Routes for workflow templates, from which runs are created (Workflows API of REM Tools). Returned as sent. */
export const workflowTemplates: Resource<WorkflowTemplateFields, z.infer<typeof body>> = {
  path: 'workflow-templates',
  name: 'workflow template',
  purpose:
    'A template from which `POST /v1/workflow-templates/{uuid}/workflows` creates workflows. It is returned as written.',
  store: (deps) => deps.workflowTemplates,
  body,
  document: workflowTemplate,
  hasUniqueNames: true,
  asWritten: ['config', 'steps_setup'],
  errors: ['unknown_step', 'invalid_expression'],
  example: WORKFLOW_TEMPLATE_EXAMPLE,
  asSent: ({ name, description, steps, config, steps_setup }) => ({
    ...{ name, description, config, steps_setup, steps: steps as z.infer<typeof step>[] },
  }),
  check(given) {
    requireCreation(given);
    return Promise.resolve({ ...given, steps: given.steps as Json[] });
  },
};

export const workflowTemplateRoutes = configRoutes(workflowTemplates);

/**
 * Checks that the template could become a creation, as far as possible: a run may add missing setup values.
 * @throws DomainError with paths of the template.
 */
function requireCreation({ steps, config, steps_setup }: z.infer<typeof body>): void {
  for (const name of ['steps', 'setup']) {
    if (!Object.hasOwn(config, name)) continue;
    throw invalidField(`config.${name}`, `stands beside config: steps and steps_setup`);
  }
  const creation = { ...config, steps: steps as Json[], setup: steps_setup };
  try {
    const replaced = replaceGuids(creation, () => randomUUID());
    const parsed = parseWithoutNulls(creationBody, replaced, ABSENT);
    for (const [index, each] of parsed.steps.entries()) knownStep(each.step, index);
    requireSkips(parsed);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const details = error.details.map(({ path, message }) => ({ path: pathOf(path), message }));
    throw new DomainError(error.code, error.message, { details });
  }
}

/** Converts a path of a creation to the template's. */
function pathOf(path: string): string {
  if (/^steps(\.|$)/.test(path)) return path;
  return /^setup(\.|$)/.test(path) ? `steps_${path}` : `config.${path}`;
}
