import { person } from '../openapi/account';
import { uuidOf } from '../fields';
import { defineRoute } from '../server/route';
import { findPerson } from '../../application/people/find-person';
import { forgetPerson as forget } from '../../application/people/forget-person';

export const getPerson = defineRoute({
  method: 'get',
  path: '/v1/people/:uuid',
  summary: 'Read what is kept of a person across workflows',
  description: 'Returns the face that was enrolled for the person, and the latest workflow.',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: uuidOf('person'),
  result: person,
  handle: async ({ params, caller, deps }) => ({
    result: await findPerson(deps, caller.tenant, params.uuid),
  }),
});

export const forgetPerson = defineRoute({
  method: 'delete',
  path: '/v1/people/:uuid',
  summary: 'Forget what was enrolled of a person',
  description:
    'Forgets the enrolled face. What the workflows hold is erased by `DELETE /v1/workflows/{uuid}/personal-data`.',
  auth: { kind: 'key', scopes: ['runs:write'] },
  params: uuidOf('person'),
  result: person,
  handle: async ({ params, caller, deps }) => ({
    result: await forget(deps, caller.tenant, params.uuid),
  }),
});
