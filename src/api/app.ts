/** Builds the HTTP application from its dependencies. */
import cors, { type CorsOptions } from 'cors';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet, { type HelmetOptions } from 'helmet';
import type { ApiDependencies } from './dependencies';
import { limitCallbacks } from './callbacks/receive';
import { sendgridEvents } from './callbacks/sendgrid';
import { twilioInbound, twilioStatus } from './callbacks/twilio';
import { DOC_PATHS, serveDocs } from './docs';
import { AccountShares } from './server/account-shares';
import { RequestLimit } from './server/rate-limit';
import { requestId, requestLog } from './server/request-log';
import type { Route } from './server/route';
import { failureBody, toApiError } from './server/failure';
import { localsOf } from './server/response-locals';
import { ANSWER_WITHIN_MS, serveRoute } from './server/serve-route';
import { acceptAlias } from './server/workflows-api';
import { notFound } from '../application/domain-error';
import { ApiError } from './problems';
import { routes } from './route-table';
import { runPage } from './run-page';
import { PAGE_HEADERS } from '../web/html-page';
import { SANDBOX_HEADERS, sandboxPage } from '../web/sandbox-page';
import { startPage } from '../web/start-page';

/** Security headers: by default, browsers may load nothing. */
const HEADERS: HelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  referrerPolicy: { policy: 'no-referrer' },
};

/** Pages of integrators may call the session, with a token and without cookies, from configured origins. */
const CORS: CorsOptions = {
  methods: ['GET', 'POST'],
  allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-Request-Id'],
  exposedHeaders: ['Retry-After', 'X-Request-Id'],
  maxAge: 600,
};

/** Part of the response time limit that a request may wait for a slot; the rest is for its execution. */
const WAIT_PART = 3 / 8;

/** Builds the application without listening. `limitMs`: time limit of a response. */
export function createApp(deps: ApiDependencies, limitMs = ANSWER_WITHIN_MS): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', deps.config.TRUST_PROXY);
  app.set('query parser', false);
  // A proxy's rule by path must match what is served: `/V1/workflows/` is another path.
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.use(requestId, requestLog(deps.logger), deps.metrics.measure);
  app.use(requireHost);
  app.use(helmet(HEADERS));
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.use('/v1/session', corsFor(deps.config.CORS_ORIGINS));
  serveDocs(app, deps, routes);
  if (deps.config.NODE_ENV === 'development') serveStart(app, deps);
  app.get('/r/:link', runPage(deps));
  const callbacks = callbacksOf(deps);
  for (const [path, handle] of Object.entries(callbacks)) app.post(path, handle);
  if (deps.config.SANDBOX_ENABLED) {
    app.get('/sandbox', (_request, response) => {
      response.set(SANDBOX_HEADERS).send(sandboxPage);
    });
  }
  app.use(acceptAlias);
  const requests = new RequestLimit(deps.config.RATE_LIMIT);
  const shares = new AccountShares(limitMs * WAIT_PART, (share) =>
    deps.metrics.refusedShare(share),
  );
  const limits = { limitMs, requests, shares };
  for (const [path, own] of byPath(routes)) {
    for (const route of own) app[route.method](path, serveRoute(deps, route, limits));
    refuseOtherMethods(app, path, own.flatMap(verbsOf));
  }
  for (const path of Object.keys(callbacks)) refuseOtherMethods(app, path, ['POST']);
  for (const path of ['/r/:link', ...DOC_PATHS]) refuseOtherMethods(app, path, ['GET', 'HEAD']);
  app.use(() => {
    throw notFound('address');
  });
  app.use(answerError(deps));
  return app;
}

/** Serves the developers' start page. In production `/` is unknown. */
function serveStart(app: Express, { config }: ApiDependencies): void {
  const text = startPage(config.TEMPORAL_UI_URL);
  app.get('/', (_request, response) => {
    response.set(PAGE_HEADERS).send(text);
  });
  refuseOtherMethods(app, '/', ['GET', 'HEAD']);
}

/** Responds 400 to HTTP/1.1 without a host, and to several hosts (RFC 9112, 3.2). */
const requireHost: RequestHandler = ({ httpVersion, headersDistinct }, _response, next) => {
  const { length } = headersDistinct.host ?? [];
  if (length === 1 || (length === 0 && httpVersion !== '1.1')) next();
  else throw new ApiError('validation_failed', 'Send one Host header.');
};

/** Routes for providers. They are authenticated by signatures, not by keys. */
function callbacksOf(deps: ApiDependencies) {
  const limit = limitCallbacks();
  return {
    '/callbacks/twilio/:connector': twilioStatus(deps, limit),
    '/callbacks/twilio/:connector/inbound': twilioInbound(deps, limit),
    '/callbacks/sendgrid/:connector': sendgridEvents(deps, limit),
  };
}

/** Adds CORS headers only for configured origins. */
function corsFor(origins: readonly string[]): RequestHandler {
  const answer = cors({ ...CORS, origin: [...origins] });
  return (request, response, next) => {
    if (origins.includes(request.get('origin') ?? '')) answer(request, response, next);
    else next();
  };
}

/** Groups routes by path. Paths without parameters come first. */
function byPath(all: readonly Route[]): [string, Route[]][] {
  const paths = new Map<string, Route[]>();
  for (const route of all) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  const parameters = (path: string) => path.split(':').length;
  return [...paths].sort(([a], [b]) => parameters(a) - parameters(b));
}

function verbsOf({ method }: Route): string[] {
  return method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];
}

/** Responds 405 to other methods of a known path (RFC 9110, 15.5.6). */
function refuseOtherMethods(app: Express, path: string, verbs: readonly string[]): void {
  app.all(path, () => {
    const allow = verbs.join(', ');
    const message = `This address takes ${allow}.`;
    throw new ApiError('method_not_allowed', message, [], { Allow: allow });
  });
}

function answerError({ logger, metrics }: ApiDependencies): ErrorRequestHandler {
  return (thrown: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const { request_id, language } = localsOf(response);
    const error = toApiError(thrown, { request_id, logger });
    metrics.failed(error.code);
    response.status(error.status).set(error.headers).type('json');
    response.send(failureBody(error, request_id, language));
  };
}
