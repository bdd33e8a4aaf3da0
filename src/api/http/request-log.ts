import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { idOf } from './serve-route';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Takes the caller's `X-Request-Id`, or makes one, and sends it back. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id') ?? '';
  const id = REQUEST_ID.test(given) ? given : randomUUID();
  response.locals['request_id'] = id;
  response.set('X-Request-Id', id);
  next();
};

/** One line a request: the route's pattern and never its address, which may hold a secret. */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () => {
      const route = request.route as { path?: string } | undefined;
      logger.info(
        {
          request_id: idOf(response),
          method: request.method,
          route: route?.path ?? 'unknown',
          status: response.statusCode,
          ms: Math.round(performance.now() - startedAt),
          account_uuid: response.locals['account_uuid'] as unknown,
          run_uuid: response.locals['run_uuid'] as unknown,
        },
        'request',
      );
    });
    next();
  };
}
