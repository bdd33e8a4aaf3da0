import { z } from 'zod';
import { defineRoute, noFields } from './server/route';
import { ApiError } from './problems';
import { described } from './openapi/described';

export const healthz = defineRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Check that this process runs',
  description: 'For the liveness probe of a scheduler: 200 as long as the process answers.',
  auth: { kind: 'none' },
  params: noFields,
  result: described(
    z.strictObject({ status: described(z.literal('ok'), 'The process runs.') }),
    'State of the process.',
  ),
  handle: () => Promise.resolve({ result: { status: 'ok' } }),
});

export const readyz = defineRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Check that Temporal and MongoDB answer',
  description:
    'For the readiness probe of a load balancer: 503 `unavailable`, with details, while one of them does not answer.',
  auth: { kind: 'none' },
  params: noFields,
  result: described(
    z.strictObject({
      status: described(z.literal('ok'), 'Both answer.'),
      temporal: described(z.literal(true), 'Temporal answers.'),
      mongodb: described(z.literal(true), 'MongoDB answers.'),
    }),
    'State of the servers.',
  ),
  async handle({ deps }) {
    const [temporal, mongodb] = await Promise.all([
      isFine(deps.gateway.ping()),
      isFine(deps.pingStore()),
    ]);
    const away = Object.entries({ temporal, mongodb }).filter(([, fine]) => !fine);
    if (away.length > 0) {
      const details = away.map(([path]) => ({ path, message: 'does not answer' }));
      throw new ApiError('unavailable', 'Not ready.', details, { 'Retry-After': '1' });
    }
    return { result: { status: 'ok', temporal, mongodb } };
  },
});

function isFine(check: Promise<void>): Promise<boolean> {
  return check.then(
    () => true,
    () => false,
  );
}
