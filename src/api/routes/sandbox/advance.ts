import { z } from 'zod';
import { advanceClock } from '../../../application/runs/advance-clock';
import { answerReply } from '../../answer-reply';
import { WRITING } from '../../openapi/errors';
import { answer as answerDocument } from '../../openapi/runs';
import { uuidParams } from '../../fields';
import { defineRoute } from '../../server/route';

/** Maximum minutes (ten years): several times the longest run. */
const MAX_MINUTES = 5_256_000;

export const advanceRun = defineRoute({
  method: 'post',
  path: '/v1/sandbox/runs/:uuid/advance',
  summary: "Move a test run's clock on; what falls due on the way happens in order",
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: uuidParams,
  body: z.strictObject({ minutes: z.number().positive().max(MAX_MINUTES) }),
  result: answerDocument,
  errors: WRITING,
  example: { minutes: 10 },
  async handle({ params, body: { minutes }, caller, deps, reservation }) {
    const request = { caller, run_uuid: params.uuid, minutes, reservation };
    return answerReply(await advanceClock(deps, request));
  },
});
