import { z } from 'zod';
import { findRunOfStep } from '../../../application/runs/find-run';
import { resendCode } from '../../../application/runs/resend-code';
import { answerReply } from '../../answer-reply';
import { RESENDING } from '../../openapi/errors';
import { answer } from '../../openapi/runs';
import { uuidParams } from '../../fields';
import { defineRoute } from '../../server/route';

export const resendOfStep = defineRoute({
  method: 'post',
  path: '/v1/steps/:uuid/resend',
  summary: "Send a step's code again on the person's behalf",
  auth: { kind: 'key', scopes: ['runs:write'] },
  share: 'submissions',
  idempotent: true,
  params: uuidParams,
  body: z.strictObject({}),
  result: answer,
  errors: RESENDING,
  example: {},
  async handle({ deps, params, caller, reservation }) {
    const run = await findRunOfStep(deps, caller.tenant, params.uuid);
    const request = { run, step_uuid: params.uuid, caller, reservation, ip: null };
    return answerReply(await resendCode(deps, request));
  },
});
