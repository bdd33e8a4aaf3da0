import { z } from 'zod';
import { at, uuid } from '../openapi/runs';
import { uuidParams } from '../fields';
import { defineRoute } from '../server/route';
import { findPerson } from '../../application/people/find-person';
import { forgetPerson as forget } from '../../application/people/forget-person';

const person = z
  .strictObject({
    uuid,
    enrolled_face: z
      .strictObject({ media_uuid: uuid, workflow_uuid: uuid, step_uuid: uuid, enrolled_at: at })
      .nullable()
      .meta({ description: 'The newest; its picture is at `/v1/media/{uuid}`.' }),
    last_workflow_uuid: uuid,
    last_workflow_at: at,
  })
  .meta({ id: 'Person' });

export const getPerson = defineRoute({
  method: 'get',
  path: '/v1/people/:uuid',
  summary: 'What is kept of a person across workflows: the face that was enrolled',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: uuidParams,
  result: person,
  handle: async ({ params, caller, deps }) => ({
    result: await findPerson(deps, caller.tenant, params.uuid),
  }),
});

export const forgetPerson = defineRoute({
  method: 'delete',
  path: '/v1/people/:uuid',
  summary:
    'Forget what was enrolled of a person; what their workflows hold goes with `DELETE /v1/workflows/{uuid}/personal-data`',
  auth: { kind: 'key', scopes: ['runs:write'] },
  params: uuidParams,
  result: person,
  handle: async ({ params, caller, deps }) => ({
    result: await forget(deps, caller.tenant, params.uuid),
  }),
});
