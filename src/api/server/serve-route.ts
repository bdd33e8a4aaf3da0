/** Serves a request by its route: authenticates, parses, executes once per key, and responds in time. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { alreadyCreated } from '../../application/domain-error';
import type { RunRecord } from '../../store/runs/runs';
import type { ApiDependencies } from '../dependencies';
import { fromDomainError, type ApiError } from '../problems';
import type { AccountShares } from './account-shares';
import { authenticate } from './authenticate';
import { failureBody, toApiError } from './failure';
import { languageAsked, languageOf } from './language';
import {
  claimRequest,
  identifyRequest,
  readIdempotencyKey,
  type ClaimedRequest,
  type HttpReply,
} from './idempotency';
import type { RequestLimit } from './rate-limit';
import { readInput } from './read-input';
import type {
  ParsedContext,
  ReceivedBody,
  RouteResult,
  RequestCaller,
  RequestContext,
} from './request-context';
import { localsOf } from './response-locals';
import type { Route } from './route';
import { withinLimit } from './within-limit';
import { presentToAlias } from './workflows-api';

type Parsed = ParsedContext<unknown, unknown, unknown, RequestCaller>;
type Context = RequestContext<unknown, unknown, unknown, RequestCaller>;

/** Callers get a response or 503 within 5 s; this leaves the rest for the network, in milliseconds. */
export const ANSWER_WITHIN_MS = 4_000;

interface Limits {
  /** Time limit of a response in milliseconds, without the upload of the request. */
  limitMs: number;
  requests: RequestLimit;
  shares: AccountShares;
}

/** Creates the Express handler of a route. */
export function serveRoute(
  deps: ApiDependencies,
  route: Route,
  { limitMs, requests, shares }: Limits,
): RequestHandler {
  return async (request, response) => {
    const startedAt = performance.now();
    // Until the token tells the language of its run.
    if (route.auth.kind === 'token') localsOf(response).language = languageAsked(request);
    const caller = await authenticate(deps, route.auth, request);
    localsOf(response).language = languageOf(caller);
    const authenticatedMs = performance.now() - startedAt;
    if (caller.kind !== 'none') localsOf(response).account_uuid = caller.tenant.account_uuid;
    await requests.consume(caller);
    await shares.requireRoom(route, caller);
    const input = await readInput(route, request, response);
    noteRun(response, route, { caller, params: input.params });
    const { request_id } = localsOf(response);
    const parsed = { ...input, caller, request, deps, request_id };
    const key = route.idempotent ? readIdempotencyKey(request) : null;
    const waitingSince = performance.now();
    const release = await shares.acquire(route, caller);
    const left = limitMs - authenticatedMs - (performance.now() - waitingSince);
    try {
      if (isStreamed(route)) await stream(route, parsed, { response, limitMs: left });
      else await respond(route, parsed, { key, response, limitMs: left });
    } finally {
      // The slot is free once there is a response, even if work that took too long continues.
      release();
    }
  };
}

interface Responding {
  key: string | null;
  response: Response;
  limitMs: number;
}

async function respond(
  route: Route,
  parsed: Parsed,
  { key, response, limitMs }: Responding,
): Promise<void> {
  // A file may take long: the time for the response starts afterwards.
  const received = await route.receive?.(parsed);
  const work = executeReceived(route, parsed, { key, received });
  if (received !== undefined) void releaseAfter(work, received, parsed.deps.logger);
  const answer = await withinLimit(work, limitMs);
  const body = localsOf(response).is_alias === true ? presentToAlias(answer.body) : answer.body;
  response.status(answer.status).set(answer.headers).type('json').send(body);
}

function isStreamed({ isStream = false, sends }: Route): boolean {
  return isStream || sends !== undefined;
}

interface Execution {
  key: string | null;
  received: ReceivedBody<unknown> | undefined;
}

/** Authenticates again after a file has arrived: the key or token may have been revoked meanwhile. */
async function executeReceived(
  route: Route,
  parsed: Parsed,
  execution: Execution,
): Promise<HttpReply> {
  if (execution.received !== undefined) await authenticate(parsed.deps, route.auth, parsed.request);
  return execute(route, parsed, execution);
}

/**
 * Executes a request; at most once with an `Idempotency-Key`. Converts failures of the handler to responses here, so
 * that a repetition gets the same one.
 */
async function execute(
  route: Route,
  parsed: Parsed,
  { key, received }: Execution,
): Promise<HttpReply> {
  const { deps, request_id } = parsed;
  const given = { ...parsed, body: received?.body ?? parsed.body };
  // Loads the run while the key is being claimed.
  const found = finder(route, parsed);
  const claim =
    key === null
      ? newRequest()
      : await claimRequest(
          deps,
          identifyRequest(route, given, { key, fingerprint: received?.fingerprint }),
        );
  if (claim.kind === 'replay') return claim.reply;
  const { reservation } = claim;
  const context = {
    ...given,
    reservation,
    // An earlier attempt may have changed the run since it was loaded.
    found: reservation.is_repeated === true ? finder(route, parsed) : found,
  };
  let reply: HttpReply;
  try {
    reply = successOf(route, context, await route.handle(context));
  } catch (thrown) {
    const error = toApiError(thrown, { request_id, logger: deps.logger });
    deps.metrics.failed(error.code);
    reply = failureOf(route, parsed, error);
  }
  await claim.store(reply);
  return reply;
}

function successOf(
  route: Route,
  { reservation, request_id, caller }: Context,
  reply: RouteResult,
): HttpReply {
  const { result, status = 200, headers = {}, run_uuid, secret = false } = reply;
  return {
    status,
    headers,
    body: JSON.stringify({ success: true, result }),
    run_uuid,
    is_recalled: route.isRecalledByRun === true,
    ...(secret && {
      repeated: failureOf(
        route,
        { request_id, caller },
        fromDomainError(alreadyCreated(reservation.uuid)),
      ),
    }),
  };
}

function failureOf(
  { isRecalledByRun = false }: Route,
  { request_id, caller }: Pick<Parsed, 'request_id' | 'caller'>,
  error: ApiError,
): HttpReply {
  return {
    status: error.status,
    headers: { ...error.headers },
    body: failureBody(error, request_id, languageOf(caller)),
    is_recalled: isRecalledByRun && error.code === 'code_incorrect',
  };
}

/** Responds with a stream or a file, once its head is known. */
async function stream(
  route: Route,
  parsed: Parsed,
  { response, limitMs }: Omit<Responding, 'key'>,
): Promise<void> {
  const found = finder(route, parsed);
  const handling = route.handle({ ...parsed, found, reservation: newRequest().reservation });
  try {
    const reply = await withinLimit(handling, limitMs);
    reply.stream?.(response);
  } catch (error) {
    handling.then((late) => late.discard?.()).catch(() => undefined);
    throw error;
  }
}

/** Creates the reservation of a request without a key; its response is stored nowhere. */
function newRequest(): ClaimedRequest {
  const reservation = { uuid: randomUUID(), at: Date.now() };
  return { kind: 'claimed', reservation, store: () => Promise.resolve() };
}

/** Releases a received body when its request has ended, even if the caller has disconnected. */
async function releaseAfter(
  work: Promise<unknown>,
  received: ReceivedBody<unknown>,
  logger: Logger,
): Promise<void> {
  await work.catch(() => undefined);
  await received.release().catch((error: unknown) => {
    logger.warn({ err: error }, 'a received body could not be released');
  });
}

/** Starts loading the run of a request. The returned function throws a failure in the handler. */
function finder(route: Route, parsed: Parsed): () => Promise<RunRecord> {
  const run = route.find?.(parsed);
  run?.catch(() => undefined);
  return () => run ?? Promise.reject(new Error(`${route.path} finds no run`));
}

/** Stores the run of a request's address or token for the log. */
function noteRun(
  response: Response,
  { path }: Route,
  { caller, params }: Pick<Parsed, 'caller' | 'params'>,
): void {
  const locals = localsOf(response);
  if (caller.kind === 'token') locals.run_uuid = caller.token.run_uuid;
  else if (path.startsWith('/v1/workflows/:uuid'))
    locals.run_uuid = (params as { uuid: string }).uuid;
}
