import { z } from 'zod';
import { applyTemplate } from '../../../application/creation/apply-template';
import { createRun } from '../../../application/creation/create-run';
import { OVERWRITES_EXAMPLE } from '../../../steps/creation-example';
import { find } from '../../config-resource';
import { createdReply } from '../../created-reply';
import { run } from '../../openapi/runs';
import { uuidOf, object } from '../../fields';
import { parseWithoutNulls } from '../../server/parse-body';
import { defineRoute } from '../../server/route';
import { ABSENT, creationBody } from '../workflows/create';
import { workflowTemplates } from './workflow-templates';
import { described } from '../../openapi/described';

/** Creates a run from a template. */
export const createFromTemplate = defineRoute({
  method: 'post',
  path: '/v1/workflow-templates/:uuid/workflows',
  summary: 'Create a workflow from a template',
  description:
    'Creates a workflow as `POST /v1/workflows` does, of the steps, setups and config of the template, with the `overwrites` of the body.',
  auth: { kind: 'key', scopes: ['runs:write'] },
  share: 'creations',
  idempotent: true,
  params: uuidOf('workflow template'),
  body: z.strictObject({
    overwrites: described(
      object.default({}),
      'Merged over the template at any depth: `setup` (or `steps_setup`) over its setups, `config` and all else over its config. Arrays replace, null removes. By default empty.',
      OVERWRITES_EXAMPLE,
    ),
  }),
  result: run,
  status: 201,
  errors: ['unknown_step', 'invalid_expression', 'already_created'],
  example: { overwrites: OVERWRITES_EXAMPLE },
  async handle({ params, body: { overwrites }, caller, deps, reservation, request_id }) {
    const template = await find(workflowTemplates, deps, caller, params.uuid);
    const sent = applyTemplate(template, overwrites, reservation.uuid);
    const given = parseWithoutNulls(creationBody, sent, ABSENT);
    const creation = { given, template_uuid: template.uuid, caller, reservation, request_id };
    return { ...createdReply(await createRun(deps, creation)), status: 201 };
  },
});
