import { z } from 'zod';
import { findSessionRun } from '../../../application/runs/find-run';
import { submitStep } from '../../../application/runs/submit-step';
import { answerReply } from '../../answer-reply';
import { describeClient } from '../../client-of';
import { SUBMITTING } from '../../openapi/errors';
import { answer } from '../../openapi/runs';
import { uuidParams, coordinates } from '../../fields';
import { defineRoute } from '../../server/route';

export const submitInSession = defineRoute({
  method: 'post',
  path: '/v1/session/steps/:uuid/submit',
  summary: "Submit the current step's data; 409 while a reviewer is awaited",
  auth: { kind: 'token' },
  share: 'submissions',
  idempotent: true,
  params: uuidParams,
  body: z.strictObject({ data: z.unknown().optional(), coordinates: coordinates.optional() }),
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
