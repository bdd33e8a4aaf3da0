import { z } from 'zod';
import { findRunOfStep } from '../../../application/runs/find-run';
import { submitStep } from '../../../application/runs/submit-step';
import { answerReply } from '../../answer-reply';
import { SUBMITTING } from '../../openapi/errors';
import { answer } from '../../openapi/runs';
import { uuidParams, coordinates } from '../../fields';
import { defineRoute } from '../../server/route';

/** The person's device, as declared by the backend. */
const client = z.strictObject({
  ip: z.union([z.ipv4(), z.ipv6()]).nullish(),
  user_agent: z.string().max(512).nullish(),
});

export const submitToStep = defineRoute({
  method: 'post',
  path: '/v1/steps/:uuid/submit',
  summary: "Submit a step's data on the person's behalf; 409 while a reviewer is awaited",
  auth: { kind: 'key', scopes: ['runs:write'] },
  share: 'submissions',
  idempotent: true,
  params: uuidParams,
  body: z.strictObject({
    data: z.unknown().optional(),
    coordinates: coordinates.optional(),
    client: client.optional(),
  }),
  result: answer,
  errors: SUBMITTING,
  example: { data: { accepted: true }, client: { ip: '203.0.113.7', user_agent: 'Mozilla/5.0' } },
  isRecalledByRun: true,
  find: ({ deps, caller, params }) => findRunOfStep(deps, caller.tenant, params.uuid),
  async handle({ deps, params, body, caller, reservation, found }) {
    const place = { run: await found(), step_uuid: params.uuid };
    const client = { ip: body.client?.ip ?? null, user_agent: body.client?.user_agent ?? null };
    return answerReply(await submitStep(deps, { ...body, ...place, caller, reservation, client }));
  },
});
