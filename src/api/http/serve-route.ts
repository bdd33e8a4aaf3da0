/** Carries one request through its route: who, what, once, answer. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Reservation } from '../../store/accounts/idempotency';
import type { RunRecord } from '../../store/runs/runs';
import type { ApiDependencies } from '../dependencies';
import { alreadyCreated, ApiError, notFound, unavailable } from '../problems';
import { authenticate } from './authenticate';
import { fingerprintsOf, leaseFor, once, readIdempotencyKey, type HttpReply } from './idempotency';
import { parse, parseWithoutNulls } from './parse';
import type { RequestLimit } from './rate-limit';
import { readBody } from './read-body';
import type { Caller, Early, Exchange, OwnBody, Route } from './route';
import { toApiError } from './to-api-error';

type Parts = Pick<Exchange<unknown, unknown, unknown, Caller>, 'params' | 'query' | 'body'>;

/** Callers get an answer or 503 within 5 s; this leaves the rest for the network, in milliseconds. */
export const ANSWER_WITHIN_MS = 4_000;

interface Limits {
  /** How long an answer may take, the caller's own sending not counted. */
  limitMs: number;
  requests: RequestLimit;
}

/** The Express handler of a route. */
export function serveRoute(
  deps: ApiDependencies,
  route: Route,
  { limitMs, requests }: Limits,
): RequestHandler {
  return async (request, response) => {
    const startedAt = performance.now();
    const caller = await authenticate(deps, route.auth, request);
    const left = limitMs - (performance.now() - startedAt);
    note(response, caller);
    await requests.take(caller);
    const parts = await readParts(route, request, response);
    response.locals['run_uuid'] = runOf(route, caller, parts.params);
    const plain = { ...parts, caller, request, deps, request_id: idOf(response) };
    if (route.isStream === true || route.sends !== undefined) {
      const found = finder(route, plain);
      const exchange = { ...plain, reservation: freshReservation(), found };
      const handling = route.handle(exchange as never);
      const { stream } = await inTime(handling, left).catch((error: unknown) => {
        handling.then((late) => late.discard?.()).catch(() => undefined);
        throw error;
      });
      stream?.(response);
      return;
    }
    const { work } = await begin(route, plain);
    const answer = await inTime(work, left);
    response.status(answer.status).set(answer.headers).type('json').send(answer.body);
  };
}

type Unreserved = Omit<Exchange<unknown, unknown, unknown, Caller>, 'reservation' | 'found'>;

/** Reads what a route reads by itself, however long that takes, and begins its work. */
async function begin(route: Route, plain: Unreserved): Promise<{ work: Promise<HttpReply> }> {
  const { caller, deps, params, query, request } = plain;
  const key = route.idempotent ? readIdempotencyKey(request) : null;
  const own = await route.receive?.(plain as never);
  const body = own?.body ?? plain.body;
  const found = finder(route, plain);
  const execute = (reservation: Reservation) =>
    reply(route, {
      ...{ ...plain, body, reservation },
      // What an earlier try left behind may be newer than what was found while the key was claimed.
      found: reservation.is_repeated === true ? finder(route, plain) : found,
    });
  const work =
    key === null
      ? execute(freshReservation())
      : once(
          deps,
          leaseFor(caller, route, params, key),
          fingerprintsOf(deps.config.HASH_KEYS, query, own?.fingerprint ?? body),
          execute,
        );
  if (own !== undefined) void settle(own, work, deps.logger);
  return { work };
}

function freshReservation(): Reservation {
  return { uuid: randomUUID(), at: Date.now() };
}

/** Also behind the back of a caller who didn't wait. */
async function settle(
  own: OwnBody<unknown>,
  work: Promise<unknown>,
  logger: Logger,
): Promise<void> {
  await work.catch(() => undefined);
  await own.settle().catch((error: unknown) => {
    logger.warn({ err: error }, 'a body could not be settled');
  });
}

/**
 * What isn't done in time goes on behind the caller's back: a repetition with the same key gets its answer.
 * @throws ApiError `unavailable`.
 */
async function inTime<Result>(work: Promise<Result>, limitMs: number): Promise<Result> {
  const late = new AbortController();
  try {
    return await Promise.race([
      work,
      sleep(limitMs, undefined, { signal: late.signal }).then(() => {
        throw unavailable();
      }),
    ]);
  } finally {
    late.abort();
  }
}

/** The request's id, as the request-id middleware left it. */
export function idOf(response: Response): string {
  return response.locals['request_id'] as string;
}

/** The body of every failure. */
export function failureBody(error: ApiError, requestId: string): string {
  const { code, message, details, more } = error;
  return JSON.stringify({
    success: false,
    error: { code, message, ...more, details, request_id: requestId },
  });
}

/** Begins to look for the run that a call is about, at once; a failure is the handler's, who asks for it. */
function finder(route: Route, early: Early<unknown, Caller>): () => Promise<RunRecord> {
  const run = route.find?.(early as never);
  run?.catch(() => undefined);
  return () => run ?? Promise.reject(new Error(`${route.path} finds no run`));
}

async function readParts(route: Route, request: Request, response: Response): Promise<Parts> {
  const params = route.params.safeParse(request.params);
  if (!params.success) throw notFound('resource');
  const query = parse(route.query, readQuery(request));
  if (route.receive !== undefined) return { params: params.data, query, body: undefined };
  const body = parseBody(route, await readBody(request, response));
  return { params: params.data, query, body };
}

function parseBody(route: Route, body: Record<string, unknown>): unknown {
  const { body: schema, keepsNulls, absentWhenNull } = route;
  if (schema !== undefined) {
    return keepsNulls === true
      ? parse(schema, body)
      : parseWithoutNulls(schema, body, absentWhenNull);
  }
  if (Object.keys(body).length === 0) return undefined;
  throw new ApiError('validation_failed', 'This call takes no body.');
}

/** A parameter given twice is a mistake: no guess which one was meant. */
function readQuery(request: Request): Record<string, string> {
  const start = request.url.indexOf('?');
  const pairs = [...new URLSearchParams(start < 0 ? '' : request.url.slice(start + 1))];
  const names = pairs.map(([name]) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) {
    const details = [...new Set(twice)].map((path) => ({ path, message: 'is given twice' }));
    throw new ApiError('validation_failed', 'Some parameters are given twice.', details);
  }
  return Object.fromEntries(pairs);
}

/** Failures of the handler become answers here, so that a repetition gets the same one. */
async function reply(
  route: Route,
  exchange: Exchange<unknown, unknown, unknown, Caller>,
): Promise<HttpReply> {
  const { logger, metrics } = exchange.deps;
  try {
    const {
      result,
      status = 200,
      headers = {},
      secret = false,
      run_uuid,
    } = await route.handle(exchange as never);
    const body = JSON.stringify({ success: true, result });
    const is_recalled = route.isRecalledByRun === true;
    const repeated = secret ? { repeated: withoutSecret(exchange) } : {};
    return { ...{ status, headers, body, run_uuid, is_recalled }, ...repeated };
  } catch (thrown) {
    const error = toApiError(thrown) ?? internal(thrown, exchange.request_id, logger);
    metrics.failed(error.code);
    const body = failureBody(error, exchange.request_id);
    const is_recalled = route.isRecalledByRun === true && error.code === 'code_incorrect';
    return { status: error.status, headers: { ...error.headers }, body, is_recalled };
  }
}

function withoutSecret({ reservation, request_id }: Exchange<unknown, unknown, unknown, Caller>) {
  const error = alreadyCreated(reservation.uuid);
  return { status: error.status, body: failureBody(error, request_id) };
}

/** 500: a fault of this service. Its cause is logged and never told. */
export function internal(cause: unknown, requestId: string, logger: Logger): ApiError {
  logger.error({ err: cause, request_id: requestId }, 'request failed');
  return new ApiError(
    'internal',
    'Something went wrong on our side. Give the request_id to support.',
  );
}

/** The run that a request is about, where its address or its token says so; for the log. */
function runOf({ path }: Route, caller: Caller, params: unknown): string | undefined {
  if (caller.kind === 'token') return caller.token.run_uuid;
  return path.startsWith('/v1/workflows/:uuid') ? (params as { uuid: string }).uuid : undefined;
}

function note(response: Response, caller: Caller): void {
  if (caller.kind !== 'none') response.locals['account_uuid'] = caller.tenant.account_uuid;
}
