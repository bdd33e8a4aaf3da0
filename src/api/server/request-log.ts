import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { localsOf } from './response-locals';
import { routePattern } from './route-pattern';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Accepts the caller's `X-Request-Id`, or creates one, and returns it. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id') ?? '';
  const id = REQUEST_ID.test(given) ? given : randomUUID();
  localsOf(response).request_id = id;
  response.set('X-Request-Id', id);
  next();
};

/** Logs one line per request, with the route's pattern instead of its address, which may contain a secret. */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () => {
      const { request_id, account_uuid, run_uuid } = localsOf(response);
      logger.info(
        {
          request_id,
          method: request.method,
          route: routePattern(request),
          status: response.statusCode,
          ms: Math.round(performance.now() - startedAt),
          account_uuid,
          run_uuid,
        },
        'request',
      );
    });
    next();
  };
}
