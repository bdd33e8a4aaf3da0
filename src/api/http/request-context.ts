/** Input and output of a route's handler. */
import type { Request, Response } from 'express';
import type { ApiKey } from '../../store/accounts/api-keys';
import type { Reservation } from '../../store/accounts/idempotency';
import type { RunRecord, Tenant } from '../../store/runs/runs';
import type { RunToken } from '../../store/runs/tokens';
import type { ApiDependencies } from '../dependencies';

export type KeyCaller = { kind: 'key'; key: ApiKey; tenant: Tenant; actor: 'integrator' };
export type TokenCaller = { kind: 'token'; token: RunToken; tenant: Tenant; actor: 'person' };
export type RequestCaller = KeyCaller | TokenCaller | { kind: 'none' };

/** A request whose caller is known, before its `Idempotency-Key` is claimed. */
export interface AuthenticatedContext<Params, By extends RequestCaller> {
  params: Params;
  caller: By;
  deps: ApiDependencies;
}

/** A request whose parameters, query and body were parsed. */
export interface ParsedContext<
  Params,
  Query,
  Body,
  By extends RequestCaller,
> extends AuthenticatedContext<Params, By> {
  query: Query;
  body: Body;
  request: Request;
  request_id: string;
}

export interface RequestContext<
  Params,
  Query,
  Body,
  By extends RequestCaller,
> extends ParsedContext<Params, Query, Body, By> {
  /** New, or the one that an earlier try of this request worked with. */
  reservation: Reservation;
  /** Resolves with what the route's `find` found. */
  found: () => Promise<RunRecord>;
}

/** A success: `result` goes out as `{"success": true, "result": …}`, with 200. */
export interface RouteResult {
  result: unknown;
  status?: number;
  headers?: Record<string, string>;
  /** The run that the reply shows: a stored copy of the reply is erased with that run's personal data. */
  run_uuid?: string;
  /** The reply shows a secret: a repetition is answered 409 `already_created` instead. */
  secret?: boolean;
  /** Writes the response itself, as long as it takes. */
  stream?: (response: Response) => void;
  /** Releases what `stream` would have sent, where that comes too late. */
  discard?: () => void;
}

/** A body that a route has read by itself. */
export interface ReceivedBody<Body> {
  body: Body;
  /** Tells bodies of the same `Idempotency-Key` apart. */
  fingerprint: unknown;
  /** Releases what the body holds. Called once the request has ended, whatever its outcome. */
  release(): Promise<void>;
}
