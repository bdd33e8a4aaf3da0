import { defineRoute, noFields, type Reply } from './http/route';

export const healthz = defineRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether this process lives',
  auth: { kind: 'none' },
  params: noFields,
  handle: () => Promise.resolve({ result: { status: 'ok' } }),
});

export const readyz = defineRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Whether Temporal and MongoDB answer',
  auth: { kind: 'none' },
  params: noFields,
  async handle({ deps }): Promise<Reply> {
    const [temporal, mongodb] = await Promise.all([
      isFine(deps.gateway.ping()),
      isFine(deps.pingStore()),
    ]);
    const ready = temporal && mongodb;
    return {
      status: ready ? 200 : 503,
      headers: ready ? {} : { 'Retry-After': '1' },
      result: { status: ready ? 'ok' : 'unavailable', temporal, mongodb },
    };
  },
});

function isFine(check: Promise<void>): Promise<boolean> {
  return check.then(
    () => true,
    () => false,
  );
}
