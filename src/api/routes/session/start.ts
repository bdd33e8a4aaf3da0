import { findSessionRun } from '../../../application/runs/find-run';
import { startRun } from '../../../application/runs/start-run';
import { answerReply } from '../../answer-reply';
import { describeClient } from '../../client-of';
import { WRITING } from '../../openapi/errors';
import { answer } from '../../openapi/runs';
import { startBody } from '../../fields';
import { defineRoute, noFields } from '../../server/route';

export const startSession = defineRoute({
  method: 'post',
  path: '/v1/session/start',
  summary: 'Begin the workflow, or come back to it',
  description:
    'Opens the workflow: its first step begins. A repetition counts as activity, and brings an abandoned workflow back. An expired code is replaced.',
  auth: { kind: 'token' },
  share: 'submissions',
  idempotent: true,
  params: noFields,
  body: startBody,
  result: answer,
  errors: WRITING,
  example: { coordinates: [-99.16, 19.42] },
  async handle({ deps, body, caller, reservation, request }) {
    const run = await findSessionRun(deps, caller);
    const client = describeClient(request);
    return answerReply(await startRun(deps, { ...body, run, caller, reservation, client }));
  },
});
