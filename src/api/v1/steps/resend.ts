import { z } from 'zod';
import { RESENDING } from '../../documents/errors';
import { answer } from '../../documents/runs';
import { byUuid } from '../../fields';
import { defineRoute } from '../../http/route';
import { findRunOfStep } from '../../runs/find-run';
import { resendCode } from '../../runs/resend-code';

export const resendOfStep = defineRoute({
  method: 'post',
  path: '/v1/steps/:uuid/resend',
  summary: "Send a step's code again on the person's behalf",
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: byUuid,
  body: z.strictObject({}),
  result: answer,
  errors: RESENDING,
  example: {},
  async handle(exchange) {
    const run = await findRunOfStep(exchange.deps, exchange.caller.tenant, exchange.params.uuid);
    return resendCode(exchange, run);
  },
});
