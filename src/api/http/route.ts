/** Declaration of an endpoint. Checks, documents and tests are derived from it. */
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
  /** With parameters as `:uuid`. */
  path: string;
  summary: string;
  /** Its name in the document, where the one that its path makes is another's. */
  operation?: string;
  /** The `result` of a success: documented, and checked in tests. Of a stream: the data of an event. */
  result: ZodType;
  /** True: answers with server-sent events. */
  isStream?: boolean;
  /** Status of a success other than 200. */
  status?: number;
  /** Media types of a file that it answers with. */
  sends?: readonly string[];
  /** Headers of a success that callers need for their next call. */
  responseHeaders?: readonly ('ETag' | 'X-Next-Cursor')[];
  /** Error codes besides those of every route of its kind. */
  errors?: readonly ProblemCode[];
  /** A body as callers send it. */
  example?: unknown;
  /** Documents the body where `body` can't. */
  bodyDocument?: ZodType;
  /** True: `null` in the body is a value of its own; elsewhere it means absent. */
  keepsNulls?: boolean;
  /** Unknown fields that callers of the Workflows API send as `null` all the same. */
  absentWhenNull?: readonly string[];
  /** A form with a file in it; documented, and read by `receive`. */
  form?: ZodType;
  /** True: the run repeats its decision by itself, so that the answer is sent before it is stored with its key. */
  isRecalledByRun?: boolean;
}

interface TypedRoute<By extends Auth, Params, Query, Body> extends RouteDeclaration {
  auth: By;
  /** True: `Idempotency-Key` is honoured. */
  idempotent?: boolean;
  params: ZodType<Params>;
  query?: ZodType<Query>;
  /** Absent where the endpoint takes no body. */
  body?: ZodType<Body>;
  /** Reads the body by itself, once the caller is known. */
  receive?(
    context: ParsedContext<Params, Query, undefined, CallerOf<By>>,
  ): Promise<ReceivedBody<Body>>;
  /** Finds the run that the request is about, while its key is claimed. */
  find?(context: AuthenticatedContext<Params, CallerOf<By>>): Promise<RunRecord>;
  handle(context: RequestContext<Params, Query, Body, CallerOf<By>>): Promise<RouteResult>;
}

/**
 * A route whose own types are forgotten. Its methods are called with what its own schemas parsed and with a caller whom
 * it lets in: `serveRoute` alone calls them.
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

/** Neither parameters nor query: whatever is sent is refused by name. */
export const noFields = z.strictObject({});

/** Declares an endpoint; its handler gets what its schemas parsed. */
export function defineRoute<By extends Auth, Params, Query, Body>(
  route: TypedRoute<By, Params, Query, Body>,
): Route {
  return { idempotent: false, query: noFields, ...route };
}
