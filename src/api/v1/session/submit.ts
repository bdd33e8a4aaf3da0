import { z } from 'zod';
import { SUBMITTING } from '../../documents/errors';
import { answer } from '../../documents/runs';
import { byUuid, coordinates } from '../../fields';
import { defineRoute } from '../../http/route';
import { findSessionRun } from '../../runs/find-run';
import { submitStep } from '../../runs/submit-step';
import { clientOf } from '../../runs/write-run';

export const submitInSession = defineRoute({
  method: 'post',
  path: '/v1/session/steps/:uuid/submit',
  summary: "Submit the current step's data; 409 while a reviewer is awaited",
  auth: { kind: 'token' },
  idempotent: true,
  params: byUuid,
  body: z.strictObject({ data: z.unknown().optional(), coordinates: coordinates.optional() }),
  result: answer,
  errors: SUBMITTING,
  example: { data: { accepted: true } },
  isRecalledByRun: true,
  find: ({ deps, caller }) => findSessionRun(deps, caller),
  async handle(exchange) {
    return submitStep(exchange, await exchange.found(), clientOf(exchange));
  },
});
