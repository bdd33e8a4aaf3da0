import { z } from 'zod';
import { derivedUuid } from '../../../crypto/derived-uuid';
import type { Json } from '../../../runs/events';
import { OVERWRITES_EXAMPLE } from '../../../steps/creation-example';
import type { WorkflowTemplateFields } from '../../../store/configuration/flow-configuration';
import { find } from '../../config-resource';
import { run } from '../../documents/runs';
import { byUuid, object } from '../../fields';
import { parseWithoutNulls } from '../../http/parse';
import { defineRoute } from '../../http/route';
import { isFields, mergeDeeply } from '../../templates/merge-deeply';
import { replaceGuids } from '../../templates/replace-guids';
import { ABSENT, createRun, creationBody } from '../workflows/create';
import { workflowTemplates } from './workflow-templates';

/** Creates a run from a template. */
export const createFromTemplate = defineRoute({
  method: 'post',
  path: '/v1/workflow-templates/:uuid/workflows',
  summary: 'Create a workflow from a template, with fields laid over it',
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: byUuid,
  body: z.strictObject({
    overwrites: object.default({}).meta({
      description:
        'Merged over the template at any depth: `setup` (or `steps_setup`) over its setups, `config` and all else over its config. Arrays replace, null removes.',
    }),
  }),
  result: run,
  status: 201,
  errors: ['unknown_step', 'invalid_expression', 'already_created'],
  example: { overwrites: OVERWRITES_EXAMPLE },
  async handle({ params, body: { overwrites }, ...exchange }) {
    const template = await find(workflowTemplates, exchange.deps, exchange.caller, params.uuid);
    const { uuid } = exchange.reservation;
    const creation = replaceGuids(creationOf(template, overwrites), (index) =>
      derivedUuid(uuid, `guid/${index}`),
    );
    const given = parseWithoutNulls(creationBody, creation as Record<string, unknown>, ABSENT);
    return { ...(await createRun(exchange, given, template.uuid)), status: 201 };
  },
});

/** The creation that a template and what is laid over it come to. */
function creationOf(
  { steps, config, steps_setup }: WorkflowTemplateFields,
  overwrites: Record<string, Json>,
): Json {
  const { config: overConfig = {}, setup = {}, steps_setup: overSetup = {}, ...rest } = overwrites;
  const flat = mergeDeeply({ ...config, steps }, rest);
  return {
    ...(isFields(overConfig) ? mergeDeeply(flat, overConfig) : { ...flat, config: overConfig }),
    setup: [overSetup, setup].reduce<Json>(
      (under, over) => (isFields(under) && isFields(over) ? mergeDeeply(under, over) : over),
      steps_setup,
    ),
  };
}
