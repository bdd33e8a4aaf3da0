import { z } from 'zod';
import { findSessionRun } from '../../../application/runs/find-run';
import { resendCode } from '../../../application/runs/resend-code';
import { answerReply } from '../../answer-reply';
import { describeClient } from '../../client-of';
import { RESENDING } from '../../openapi/errors';
import { answer } from '../../openapi/runs';
import { uuidParams } from '../../fields';
import { defineRoute } from '../../server/route';

export const resendInSession = defineRoute({
  method: 'post',
  path: '/v1/session/steps/:uuid/resend',
  summary: "Send the current step's code again",
  auth: { kind: 'token' },
  share: 'submissions',
  idempotent: true,
  params: uuidParams,
  body: z.strictObject({}),
  result: answer,
  errors: RESENDING,
  example: {},
  async handle({ deps, params, caller, reservation, request }) {
    const place = { run: await findSessionRun(deps, caller), step_uuid: params.uuid };
    const { ip } = describeClient(request);
    return answerReply(await resendCode(deps, { ...place, caller, reservation, ip }));
  },
});
