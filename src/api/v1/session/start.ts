import { startBody } from '../../fields';
import { WRITING } from '../../documents/errors';
import { answer } from '../../documents/runs';
import { defineRoute, noFields } from '../../http/route';
import { findSessionRun } from '../../runs/find-run';
import { startRun } from '../../runs/start-run';

export const startSession = defineRoute({
  method: 'post',
  path: '/v1/session/start',
  summary: 'The person begins, or comes back',
  auth: { kind: 'token' },
  idempotent: true,
  params: noFields,
  body: startBody,
  result: answer,
  errors: WRITING,
  example: { coordinates: [-99.16, 19.42] },
  async handle(exchange) {
    return startRun(exchange, await findSessionRun(exchange.deps, exchange.caller));
  },
});
