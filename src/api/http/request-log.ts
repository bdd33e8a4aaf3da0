import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
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

/** The pattern of the route that took a request: its address may hold a secret. */
export function patternOf(request: Request): string {
  return (request.route as { path?: string } | undefined)?.path ?? 'unknown';
}

/** One line a request: the route's pattern and never its address, which may hold a secret. */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () => {
      logger.info(
        {
          request_id: idOf(response),
          method: request.method,
          route: patternOf(request),
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
