import { z } from 'zod';
import { advanceClock } from '../../../application/runs/advance-clock';
import { answerReply } from '../../answer-reply';
import { WRITING } from '../../openapi/errors';
import { answer as answerDocument } from '../../openapi/runs';
import { uuidOf } from '../../fields';
import { defineRoute } from '../../server/route';
import { described } from '../../openapi/described';

/** Maximum minutes (ten years): several times the longest run. */
const MAX_MINUTES = 5_256_000;

export const advanceRun = defineRoute({
  method: 'post',
  path: '/v1/sandbox/runs/:uuid/advance',
  summary: "Move a test workflow's clock on",
  description:
    'Moves the clock of a workflow in test mode. Deadlines on the way happen in order, each at its own time: expiry, abandonment, the end of codes, receipts, webhook retries. 404 outside the sandbox.',
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: uuidOf('workflow'),
  body: z.strictObject({
    minutes: described(
      z.number().positive().max(MAX_MINUTES),
      'Minutes to move on, with fractions; up to 5,256,000 (ten years).',
      10,
    ),
  }),
  result: answerDocument,
  errors: WRITING,
  example: { minutes: 10 },
  async handle({ params, body: { minutes }, caller, deps, reservation }) {
    const request = { caller, run_uuid: params.uuid, minutes, reservation };
    return answerReply(await advanceClock(deps, request));
  },
});
