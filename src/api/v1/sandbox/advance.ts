import { z } from 'zod';
import { answerOf } from '../../../runs/answer';
import { isFinalRun } from '../../../runs/outcome';
import { WRITING } from '../../documents/errors';
import { answer as answerDocument } from '../../documents/runs';
import { byUuid } from '../../fields';
import { defineRoute } from '../../http/route';
import { notFound } from '../../problems';
import { findRun, requireOpen } from '../../runs/find-run';
import { advanceWebhooks } from '../../webhooks/advance-webhooks';
import { presentAnswer, verdictOf } from '../../runs/write-run';

/** Ten years: the longest that a run can last several times over. */
const MAX_MINUTES = 5_256_000;

export const advanceRun = defineRoute({
  method: 'post',
  path: '/v1/sandbox/runs/:uuid/advance',
  summary: "Move a test run's clock on; what falls due on the way happens in order",
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: byUuid,
  body: z.strictObject({ minutes: z.number().positive().max(MAX_MINUTES) }),
  result: answerDocument,
  errors: WRITING,
  example: { minutes: 10 },
  async handle({ params, body, caller, deps, reservation }) {
    if (!deps.config.SANDBOX_ENABLED || caller.tenant.mode !== 'test') throw notFound('address');
    const run = await findRun(deps, caller.tenant, params.uuid);
    const isOver = isFinalRun(run.view.status);
    if (isOver && (await advanceWebhooks(deps, run.view, body.minutes))) {
      return await presentAnswer(deps, run, answerOf(run.view, null));
    }
    requireOpen(run.view);
    const answer = await verdictOf(deps, run, null, () =>
      deps.gateway.advance(run._id, body.minutes, reservation.uuid),
    );
    return await presentAnswer(deps, run, answer);
  },
});
