import { z } from 'zod';
import { findSessionRun } from '../../../application/runs/find-run';
import { resendCode } from '../../../application/runs/resend-code';
import { answerReply } from '../../answer-reply';
import { describeClient } from '../../client-of';
import { RESENDING } from '../../openapi/errors';
import { answer } from '../../openapi/runs';
import { uuidOf } from '../../fields';
import { defineRoute } from '../../server/route';

export const resendInSession = defineRoute({
  method: 'post',
  path: '/v1/session/steps/:uuid/resend',
  summary: "Send the current step's code again",
  description:
    'Sends the same code again while it lives, else a new one. The send before counts as failed, so that the backup channel may take over. 429 `resend_too_soon` within `resend_after` seconds, 409 `action_not_allowed` without a send left.',
  auth: { kind: 'token' },
  share: 'submissions',
  idempotent: true,
  params: uuidOf('step'),
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
