/** Declares an endpoint. Checks, documents and tests are derived from it. */
import { z, type ZodType } from 'zod';
import type { Scope } from '../../store/accounts/api-keys';
import type { RunRecord } from '../../store/runs/runs';
import type { ProblemCode } from '../problems';
import type {
  AuthenticatedContext,
  KeyCaller,
  ParsedContext,
  ReceivedBody,
  RouteResult,
  RequestCaller,
  RequestContext,
  TokenCaller,
} from './request-context';

/** `key`: an API key with one of the scopes. `token`: the token of a run. */
export type Auth = { kind: 'key'; scopes: readonly Scope[] } | { kind: 'token' } | { kind: 'none' };

interface RouteDeclaration {
  method: 'get' | 'post' | 'put' | 'delete';
  /** Path with parameters as `:uuid`. */
  path: string;
  /** One line: what the call does. */
  summary: string;
  /** Sentences for the documents: what to know before calling it. */
  description: string;
  /** Operation id, if the one derived from the path is taken. */
  operation?: string;
  /** The `result` of a success: documented, and checked in tests. For a stream: the data of an event. */
  result: ZodType;
  /** True if it responds with server-sent events. */
  isStream?: boolean;
  /** Status of a success, if it isn't 200. */
  status?: number;
  /** Media types of the file that it responds with. */
  sends?: readonly string[];
  /** Response headers that callers need for their next call. */
  responseHeaders?: readonly ('ETag' | 'X-Next-Cursor')[];
  /** Error codes beside those of every route of its kind. */
  errors?: readonly ProblemCode[];
  /** Example of a body. */
  example?: unknown;
  /** Documents the body if `body` can't. */
  bodyDocument?: ZodType;
  /** Documents the body of a change: any part of the fields of this schema. */
  partOf?: ZodType;
  /** True if `null` in the body is a value; otherwise it means absent. */
  keepsNulls?: boolean;
  /** Unknown fields that callers of the Workflows API send as `null`. */
  absentWhenNull?: readonly string[];
  /** A form with a file; documented, and read by `receive`. */
  form?: ZodType;
  /** True if the run repeats its decision by itself, so that the response is sent before it is stored with its key. */
  isRecalledByRun?: boolean;
  /** The share of the account that its requests belong to, if it isn't that of its method; see `account-shares.ts`. */
  share?: 'creations' | 'submissions' | 'lists';
}

interface TypedRoute<By extends Auth, Params, Query, Body> extends RouteDeclaration {
  auth: By;
  /** True if `Idempotency-Key` is supported. */
  idempotent?: boolean;
  params: ZodType<Params>;
  query?: ZodType<Query>;
  /** Absent if the endpoint has no body. */
  body?: ZodType<Body>;
  /** Reads the body itself, after authentication. */
  receive?(
    context: ParsedContext<Params, Query, undefined, CallerOf<By>>,
  ): Promise<ReceivedBody<Body>>;
  /** Finds the run of the request, while its key is being claimed. */
  find?(context: AuthenticatedContext<Params, CallerOf<By>>): Promise<RunRecord>;
  handle(context: RequestContext<Params, Query, Body, CallerOf<By>>): Promise<RouteResult>;
}

/**
 * A route without its own types. Only `serveRoute` calls its methods, with values parsed by its own schemas and an
 * authenticated caller.
 */
export interface Route extends RouteDeclaration {
  auth: Auth;
  idempotent: boolean;
  params: ZodType;
  query: ZodType;
  body?: ZodType;
  receive?(
    context: ParsedContext<unknown, unknown, unknown, RequestCaller>,
  ): Promise<ReceivedBody<unknown>>;
  find?(context: AuthenticatedContext<unknown, RequestCaller>): Promise<RunRecord>;
  handle(context: RequestContext<unknown, unknown, unknown, RequestCaller>): Promise<RouteResult>;
}

type CallerOf<By extends Auth> = By extends { kind: 'key' }
  ? KeyCaller
  : By extends { kind: 'token' }
    ? TokenCaller
    : { kind: 'none' };

/** No parameters and no query: each unknown one is refused by name. */
export const noFields = z.strictObject({});

/** Declares an endpoint; its handler receives the values parsed by its schemas. */
export function defineRoute<By extends Auth, Params, Query, Body>(
  route: TypedRoute<By, Params, Query, Body>,
): Route {
  return { idempotent: false, query: noFields, ...route };
}
