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

/** An authenticated request, before its `Idempotency-Key` is claimed. */
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
  /** New, or that of an earlier attempt of this request. */
  reservation: Reservation;
  /** Resolves with the result of the route's `find`. */
  found: () => Promise<RunRecord>;
}

/** A successful response: `result` is sent as `{"success": true, "result": …}`, with 200. */
export interface RouteResult {
  result: unknown;
  status?: number;
  headers?: Record<string, string>;
  /** The run in the response: a stored copy is erased with that run's personal data. */
  run_uuid?: string;
  /** True if the response shows a secret: a repetition gets 409 `already_created` instead. */
  secret?: boolean;
  /** Writes the response itself, without a time limit. */
  stream?: (response: Response) => void;
  /** Releases the resources of `stream`, if it can't start in time. */
  discard?: () => void;
}

/** A body that a route has read itself. */
export interface ReceivedBody<Body> {
  body: Body;
  /** Distinguishes bodies with the same `Idempotency-Key`. */
  fingerprint: unknown;
  /** Releases the resources of the body. Called once the request has ended, in any case. */
  release(): Promise<void>;
}
