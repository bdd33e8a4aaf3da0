import { z } from 'zod';
import { described } from '../../openapi/described';
import { stepType } from '../../openapi/steps';
import { stepSchemas } from '../../../steps/schemas';
import { defineRoute, noFields } from '../../server/route';

export const listStepTypes = defineRoute({
  method: 'get',
  path: '/v1/steps',
  summary: 'List the step types',
  description:
    'The catalogue of steps that a workflow can have, each with the JSON schema of its setup. docs/steps.md shows what is submitted to each.',
  auth: { kind: 'key', scopes: ['runs:read', 'config:read'] },
  params: noFields,
  result: described(z.array(stepType), 'All step types.'),
  handle() {
    const result = Object.entries(stepSchemas).map(([key, schema]) => ({
      key,
      title: schema.title,
      description: schema.description,
      setup_required: schema.setup_required,
      requires_people: schema.requires_people,
      setup: z.toJSONSchema(schema.setup, { io: 'input' }),
      allow_multiple: schema.allow_multiple,
      geolocation: schema.geolocation,
    }));
    return Promise.resolve({ result });
  },
});
