import { z } from 'zod';
import { stepType } from '../../openapi/runs';
import { stepSchemas } from '../../../steps/schemas';
import { defineRoute, noFields } from '../../server/route';

export const listStepTypes = defineRoute({
  method: 'get',
  path: '/v1/steps',
  summary: 'The catalogue of steps',
  auth: { kind: 'key', scopes: ['runs:read', 'config:read'] },
  params: noFields,
  result: z.array(stepType),
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
