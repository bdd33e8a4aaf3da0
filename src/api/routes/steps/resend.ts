import { z } from 'zod';
import { findRunOfStep } from '../../../application/runs/find-run';
import { resendCode } from '../../../application/runs/resend-code';
import { answerReply } from '../../answer-reply';
import { RESENDING } from '../../openapi/errors';
import { answer } from '../../openapi/runs';
import { uuidOf } from '../../fields';
import { defineRoute } from '../../server/route';

export const resendOfStep = defineRoute({
  method: 'post',
  path: '/v1/steps/:uuid/resend',
  summary: "Send a step's code again on the person's behalf",
  description:
    'Sends the same code again while it lives, else a new one. The send before counts as failed, so that the backup channel may take over. 429 `resend_too_soon` within `resend_after` seconds, 409 `action_not_allowed` without a send left.',
  auth: { kind: 'key', scopes: ['runs:write'] },
  share: 'submissions',
  idempotent: true,
  params: uuidOf('step'),
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
