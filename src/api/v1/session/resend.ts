import { z } from 'zod';
import { RESENDING } from '../../documents/errors';
import { answer } from '../../documents/runs';
import { byUuid } from '../../fields';
import { defineRoute } from '../../http/route';
import { findSessionRun } from '../../runs/find-run';
import { resendCode } from '../../runs/resend-code';

export const resendInSession = defineRoute({
  method: 'post',
  path: '/v1/session/steps/:uuid/resend',
  summary: "Send the current step's code again",
  auth: { kind: 'token' },
  idempotent: true,
  params: byUuid,
  body: z.strictObject({}),
  result: answer,
  errors: RESENDING,
  example: {},
  async handle(exchange) {
    return resendCode(exchange, await findSessionRun(exchange.deps, exchange.caller));
  },
});
