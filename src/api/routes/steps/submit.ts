import { z } from 'zod';
import { findRunOfStep } from '../../../application/runs/find-run';
import { submitStep } from '../../../application/runs/submit-step';
import { answerReply } from '../../answer-reply';
import { SUBMITTING } from '../../openapi/errors';
import { answer } from '../../openapi/runs';
import { coordinates, uuidOf, submittedData } from '../../fields';
import { defineRoute } from '../../server/route';
import { described } from '../../openapi/described';

/** The person's device, as declared by the backend. */
const client = z.strictObject({
  ip: described(
    z.union([z.ipv4(), z.ipv6()]).nullish(),
    "IP address of the person's device; limits by IP address use it.",
    '203.0.113.7',
  ),
  user_agent: described(
    z.string().max(512).nullish(),
    "User agent of the person's browser; up to 512 characters.",
    'Mozilla/5.0',
  ),
});

export const submitToStep = defineRoute({
  method: 'post',
  path: '/v1/steps/:uuid/submit',
  summary: "Submit a step's data on the person's behalf",
  description:
    'Submits data to the current step; the answer has the state after it. 409 `step_not_current` for another step, and `action_not_allowed` while a reviewer decides. 422 `submission_refused` names each wrong field of `data`.',
  auth: { kind: 'key', scopes: ['runs:write'] },
  share: 'submissions',
  idempotent: true,
  params: uuidOf('step'),
  body: z.strictObject({
    data: submittedData,
    coordinates: coordinates.optional(),
    client: described(client.optional(), "The person's device, as your backend declares it.", {
      ip: '203.0.113.7',
      user_agent: 'Mozilla/5.0',
    }),
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
