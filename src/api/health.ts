import { z } from 'zod';
import { defineRoute, noFields } from './server/route';
import { ApiError } from './problems';

export const healthz = defineRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether this process lives',
  auth: { kind: 'none' },
  params: noFields,
  result: z.strictObject({ status: z.literal('ok') }),
  handle: () => Promise.resolve({ result: { status: 'ok' } }),
});

export const readyz = defineRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Whether Temporal and MongoDB answer',
  auth: { kind: 'none' },
  params: noFields,
  result: z.strictObject({
    status: z.literal('ok'),
    temporal: z.literal(true),
    mongodb: z.literal(true),
  }),
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
