import { z } from 'zod';
import { findSessionRun } from '../../../application/runs/find-run';
import { submitStep } from '../../../application/runs/submit-step';
import { answerReply } from '../../answer-reply';
import { describeClient } from '../../client-of';
import { SUBMITTING } from '../../openapi/errors';
import { answer } from '../../openapi/runs';
import { coordinates, uuidOf, submittedData } from '../../fields';
import { defineRoute } from '../../server/route';

export const submitInSession = defineRoute({
  method: 'post',
  path: '/v1/session/steps/:uuid/submit',
  summary: "Submit the current step's data",
  description:
    'Submits data to the current step; the answer has the state after it. 409 `step_not_current` for another step, and `action_not_allowed` while a reviewer decides. 422 `submission_refused` names each wrong field of `data`.',
  auth: { kind: 'token' },
  share: 'submissions',
  idempotent: true,
  params: uuidOf('step'),
  body: z.strictObject({ data: submittedData, coordinates: coordinates.optional() }),
  result: answer,
  errors: SUBMITTING,
  example: { data: { accepted: true } },
  isRecalledByRun: true,
  find: ({ deps, caller }) => findSessionRun(deps, caller),
  async handle({ deps, params, body, caller, reservation, request, found }) {
    const place = { run: await found(), step_uuid: params.uuid };
    const client = describeClient(request);
    return answerReply(await submitStep(deps, { ...body, ...place, caller, reservation, client }));
  },
});
