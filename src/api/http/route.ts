/** What an endpoint declares. All that is said of it elsewhere (checks, documents, tests) is derived from this. */
import type { Request, Response } from 'express';
import { z, type ZodType } from 'zod';
import type { ApiKey, Scope } from '../../store/accounts/accounts';
import type { Reservation } from '../../store/accounts/idempotency';
import type { RunRecord, Tenant } from '../../store/runs/runs';
import type { RunToken } from '../../store/runs/tokens';
import type { ApiDependencies } from '../dependencies';
import type { ProblemCode } from '../problems';

/** `key`: an API key with one of the scopes. `token`: the token of a run. */
export type Auth = { kind: 'key'; scopes: readonly Scope[] } | { kind: 'token' } | { kind: 'none' };

export type KeyCaller = { kind: 'key'; key: ApiKey; tenant: Tenant };
export type TokenCaller = { kind: 'token'; token: RunToken; tenant: Tenant };
export type Caller = KeyCaller | TokenCaller | { kind: 'none' };

export interface Exchange<Params, Query, Body, By extends Caller> {
  params: Params;
  query: Query;
  body: Body;
  caller: By;
  request: Request;
  request_id: string;
  /** Fresh, or what a repeated request worked with before. */
  reservation: Reservation;
  /** What the route's `find` finds. */
  found: () => Promise<RunRecord>;
  deps: ApiDependencies;
}

/** What there is of an exchange before its key is claimed. */
export type Early<Params, By extends Caller> = Pick<
  Exchange<Params, unknown, unknown, By>,
  'params' | 'caller' | 'deps'
>;

/** A success: `result` goes out as `{"success": true, "result": …}`, with 200. */
export interface Reply {
  result: unknown;
  status?: number;
  headers?: Record<string, string>;
  /** The run that it tells of: what is kept of it for repetitions is erased with that one's personal data. */
  run_uuid?: string;
  /** The reply shows a secret: a repetition is answered 409 `already_created` instead. */
  secret?: boolean;
  /** Writes the answer itself, as long as it takes. */
  stream?: (response: Response) => void;
  /** Lets go of what `stream` would have sent, where that comes too late. */
  discard?: () => void;
}

/** A body that a route has read by itself. */
export interface OwnBody<Body> {
  body: Body;
  /** What tells it from others of the same `Idempotency-Key`. */
  fingerprint: unknown;
  /** Call when the request is done with, whatever came of it. */
  settle(): Promise<void>;
}

export interface Route {
  method: 'get' | 'post' | 'put' | 'delete';
  /** With parameters as `:uuid`. */
  path: string;
  summary: string;
  /** Its name in the document, where the one that its path makes is another's. */
  operation?: string;
  auth: Auth;
  /** Whether `Idempotency-Key` is honoured. */
  idempotent: boolean;
  params: ZodType;
  query: ZodType;
  /** What `result` of a success holds: documented, and checked in tests. Of a stream: the data of an event. */
  result: ZodType;
  /** Whether it answers by server-sent events. */
  isStream?: boolean;
  /** Of a success, where it isn't 200. */
  status?: number;
  /** Whether it answers with a file: its types. */
  sends?: readonly string[];
  /** Headers of a success that its callers go on with. */
  tells?: readonly ('ETag' | 'X-Next-Cursor')[];
  /** Codes that it gives beside those which every route of its kind gives. */
  errors?: readonly ProblemCode[];
  /** A body as callers send it. */
  example?: unknown;
  /** Absent where the endpoint takes no body. */
  body?: ZodType;
  /** What is documented of the body, where that can't be told from `body`. */
  bodyDocument?: ZodType;
  /** Whether `null` in the body is a value of its own; elsewhere it means absent. */
  keepsNulls?: boolean;
  /** Fields that it doesn't know and that callers of the Workflows API send as `null` all the same. */
  absentWhenNull?: readonly string[];
  /** A form that is sent with a file in it; documented, and read by `receive`. */
  form?: ZodType;
  /** Reads the body by itself, once the caller is known. */
  receive?(exchange: Exchange<never, never, never, never>): Promise<OwnBody<unknown>>;
  /** The run that it is about, looked for while the key is claimed. */
  find?(exchange: Early<never, never>): Promise<RunRecord>;
  /** Whether the run itself repeats its verdict: then it is told before it is kept with its key. */
  isRecalledByRun?: boolean;
  handle(exchange: Exchange<never, never, never, never>): Promise<Reply>;
}

type CallerOf<By extends Auth> = By extends { kind: 'key' }
  ? KeyCaller
  : By extends { kind: 'token' }
    ? TokenCaller
    : { kind: 'none' };

interface TypedRoute<By extends Auth, Params, Query, Body> {
  method: Route['method'];
  path: string;
  summary: string;
  operation?: string;
  auth: By;
  idempotent?: boolean;
  params: ZodType<Params>;
  query?: ZodType<Query>;
  result: ZodType;
  isStream?: boolean;
  status?: number;
  sends?: readonly string[];
  tells?: readonly ('ETag' | 'X-Next-Cursor')[];
  errors?: readonly ProblemCode[];
  example?: unknown;
  form?: ZodType;
  receive?(
    exchange: Omit<Exchange<Params, Query, undefined, CallerOf<By>>, 'reservation'>,
  ): Promise<OwnBody<Body>>;
  body?: ZodType<Body>;
  bodyDocument?: ZodType;
  keepsNulls?: boolean;
  absentWhenNull?: readonly string[];
  find?(exchange: Early<Params, CallerOf<By>>): Promise<RunRecord>;
  isRecalledByRun?: boolean;
  handle(exchange: Exchange<Params, Query, Body, CallerOf<By>>): Promise<Reply>;
}

/** Neither parameters nor query: whatever is sent is refused by name. */
export const noFields = z.strictObject({});

/** Declares an endpoint; its handler gets what its schemas parsed. */
export function defineRoute<By extends Auth, Params, Query, Body>(
  route: TypedRoute<By, Params, Query, Body>,
): Route {
  return { idempotent: false, query: noFields, ...route };
}
