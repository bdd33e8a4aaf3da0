/** Builds the five endpoints of a configuration resource: list, create, read, change, archive. */
import { z, type ZodType } from 'zod';
import type { Request } from 'express';
import { NameTaken, type ConfigStore, type Configured } from '../store/configuration/configuration';
import type { ApiDependencies } from './dependencies';
import { pageSchema } from './openapi/page-schema';
import { uuidOf, paging } from './fields';
import { parseConfigBody } from './config-body';
import { computeEtag, requireMatch, stale } from './server/etag';
import type { KeyCaller } from './server/request-context';
import { defineRoute, noFields, type Route } from './server/route';
import { cutPage } from './pagination';
import type { ProblemCode } from './problems';
import { DomainError, notFound } from '../application/domain-error';
import type { ConfigurationField } from '../application/templates-using';
import { canBeInUse, requireUnused, type Users } from './require-unused';
import { CHANGE_TEXT, describeArchiving } from './openapi/config-text';
import { timestamp } from '../domain/run/timestamps';

export interface Resource<Fields extends object, Body extends object> {
  /** Path below `/v1`. */
  path: string;
  /** Name in the singular, for messages. */
  name: string;
  /** Sentences for the documents: what it is for. */
  purpose: string;
  store(deps: ApiDependencies): ConfigStore<Fields>;
  /** Schema of a creation; a change sends any part of it, merged into the current state. */
  body: ZodType<Body>;
  /** Schema of the response. */
  document: ZodType;
  /** Example of a creation. */
  example: object;
  /** Error codes of its checks, beside `validation_failed`. */
  errors?: readonly ProblemCode[];
  /** Converts the stored fields back to a body. */
  asSent(fields: Fields): Body;
  /** Checks it, with its state before a change, against the account's other configuration. @throws ApiError. */
  check(
    body: Body,
    deps: ApiDependencies,
    accountUuid: string,
    target: Target<Fields>,
  ): Promise<Fields>;
  /** Returns the presented fields, if they differ from the stored ones. */
  presentAll?(fields: Configured<Fields>[], deps: ApiDependencies): Promise<object[]>;
  /** Fields that are stored as sent, including nulls. */
  asWritten?: readonly string[];
  /** True if names are unique within an account. */
  hasUniqueNames?: boolean;
  /** Returns true where open runs use it: then it can't be archived. */
  isInUse?(uuid: string, deps: ApiDependencies, accountUuid: string): Promise<boolean>;
  /** The field that names it in a creation: while a workflow template does, it can't be archived. */
  templateField?: ConfigurationField;
  /** Other configuration that names it: while there is any, it can't be archived. */
  users?: Users;
  /** @throws ApiError `in_use` while the account uses it by default. */
  requireNoDefault?(uuid: string, deps: ApiDependencies, accountUuid: string): Promise<void>;
}

/** The item to create or change: its uuid and its current state. */
export interface Target<Fields> {
  uuid: string;
  existing: Configured<Fields> | null;
}

const reading = { kind: 'key' as const, scopes: ['config:read' as const] };
const writing = { kind: 'key' as const, scopes: ['config:write' as const] };

/** Declares the endpoints of a resource. */
export function configRoutes<Fields extends object, Body extends object>(
  resource: Resource<Fields, Body>,
): Route[] {
  return [
    listRoute(resource),
    createRoute(resource),
    readRoute(resource),
    changeRoute(resource),
    archiveRoute(resource),
  ];
}

function listRoute<F extends object, B extends object>(resource: Resource<F, B>): Route {
  const path = `/v1/${resource.path}`;
  return defineRoute({
    ...{ method: 'get', path, auth: reading },
    summary: `List ${resource.name}s, newest first`,
    description: `${resource.purpose} Archived ones are left out.`,
    params: noFields,
    query: paging(20),
    result: pageSchema(resource.document),
    async handle({ query, caller, deps }) {
      const page = { skip: (query.page - 1) * query.per_page, limit: query.per_page };
      const { items, hasMore } = await resource.store(deps).list(caller.tenant.account_uuid, page);
      const presentedItems = await presentAll(resource, items, deps);
      const url = new URL(path, deps.config.PUBLIC_URL);
      return { result: cutPage({ items: presentedItems, hasMore }, query, url) };
    },
  });
}

function createRoute<F extends object, B extends object>(resource: Resource<F, B>): Route {
  return defineRoute({
    ...{ method: 'post', path: `/v1/${resource.path}`, auth: writing, idempotent: true },
    summary: `Create a ${resource.name}`,
    description: resource.purpose,
    params: noFields,
    ...{ body: anything, bodyDocument: resource.body, keepsNulls: true },
    ...{ result: resource.document, responseHeaders: ['ETag' as const] },
    ...{ status: 201, example: resource.example, errors: faultsOf(resource) },
    async handle({ body, caller, deps, reservation }) {
      const { account_uuid } = caller.tenant;
      const { uuid } = reservation;
      const target = { uuid, existing: null };
      const fields = await resource.check(
        parseConfigBody(resource, body),
        deps,
        account_uuid,
        target,
      );
      const made = await named(() => resource.store(deps).create(account_uuid, uuid, fields));
      return { ...(await presented(resource, made, deps)), status: 201 };
    },
  });
}

function readRoute<F extends object, B extends object>(resource: Resource<F, B>): Route {
  return defineRoute({
    ...{ method: 'get', path: `/v1/${resource.path}/:uuid`, auth: reading },
    summary: `Read a ${resource.name}`,
    description: `${resource.purpose} An archived one is not found.`,
    ...{
      params: uuidOf(resource.name),
      result: resource.document,
      responseHeaders: ['ETag' as const],
    },
    async handle({ params, caller, deps }) {
      return presented(resource, await find(resource, deps, caller, params.uuid), deps);
    },
  });
}

function changeRoute<F extends object, B extends object>(resource: Resource<F, B>): Route {
  return defineRoute({
    ...{ method: 'put', path: `/v1/${resource.path}/:uuid`, auth: writing },
    summary: `Change a ${resource.name}`,
    description: CHANGE_TEXT,
    params: uuidOf(resource.name),
    ...{ body: anything, partOf: resource.body, keepsNulls: true },
    ...{ result: resource.document, responseHeaders: ['ETag' as const] },
    errors: ['precondition_failed', ...faultsOf(resource)],
    example: { name: 'Otro nombre' },
    async handle({ params, body, caller, deps, request }) {
      const existing = await find(resource, deps, caller, params.uuid);
      requireCurrent(request, existing);
      const whole = parseConfigBody(resource, { ...resource.asSent(existing), ...body });
      const target = { uuid: existing.uuid, existing };
      const fields = await resource.check(whole, deps, caller.tenant.account_uuid, target);
      if (!(await named(() => resource.store(deps).replace(existing, fields)))) throw stale();
      return presented(resource, await find(resource, deps, caller, params.uuid), deps);
    },
  });
}

function archiveRoute<F extends object, B extends object>(resource: Resource<F, B>): Route {
  return defineRoute({
    ...{ method: 'delete', path: `/v1/${resource.path}/:uuid`, auth: writing },
    summary: `Archive a ${resource.name}`,
    description: describeArchiving(canBeInUse(resource)),
    ...{ params: uuidOf(resource.name), result: resource.document },
    errors: ['precondition_failed', ...(canBeInUse(resource) ? (['in_use'] as const) : [])],
    async handle({ params, caller, deps, request }) {
      const existing = await find(resource, deps, caller, params.uuid);
      requireCurrent(request, existing);
      await requireUnused(resource, existing.uuid, {
        deps,
        accountUuid: caller.tenant.account_uuid,
      });
      const { result } = await presented(resource, existing, deps);
      await resource.store(deps).archive(existing.uuid);
      return { result };
    },
  });
}

const anything = z.record(z.string(), z.unknown());

/** Finds an item of the account. @throws DomainError `not_found`. */
export async function find<F extends object, B extends object>(
  resource: Resource<F, B>,
  deps: ApiDependencies,
  { tenant }: KeyCaller,
  uuid: string,
): Promise<Configured<F>> {
  const existing = await resource.store(deps).find(tenant.account_uuid, uuid);
  if (existing === null) throw notFound(resource.name);
  return existing;
}

/** Returns the resource's own error codes. */
function faultsOf<F extends object, B extends object>(resource: Resource<F, B>): ProblemCode[] {
  return [
    ...(resource.hasUniqueNames === true ? (['conflict'] as const) : []),
    ...(resource.errors ?? []),
  ];
}

/** @throws DomainError `conflict` if the name is taken. */
export async function named<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof NameTaken)) throw error;
    const details = [{ path: 'name', message: 'is taken' }];
    throw new DomainError('conflict', 'Another one has this name. Choose another.', { details });
  }
}

type Presenting<F extends object> = Pick<Resource<F, never>, 'presentAll'>;

/** Builds the response for an item, with its entity tag. */
export async function presented<F extends object>(
  resource: Presenting<F>,
  configured: Configured<F>,
  deps: ApiDependencies,
) {
  const [result] = await presentAll(resource, [configured], deps);
  return { result, headers: { ETag: versionOf(configured) } };
}

async function presentAll<F extends object>(
  resource: Presenting<F>,
  all: Configured<F>[],
  deps: ApiDependencies,
): Promise<object[]> {
  const fields = await resource.presentAll?.(all, deps);
  return all.map((each, index) => present(each, fields?.[index]));
}

/** Presents an item: uuid, fields and times. */
export function present<Fields extends object>(configured: Configured<Fields>, answered?: object) {
  const { account_uuid: _account, uuid, created_at, updated_at, ...fields } = configured;
  return {
    uuid,
    ...(answered ?? fields),
    created_at: timestamp(created_at.getTime()),
    updated_at: timestamp(updated_at.getTime()),
  };
}

/** @throws ApiError `precondition_failed` if `If-Match` names another version. */
export function requireCurrent(
  request: Request,
  configured: { uuid: string; updated_at: Date },
): void {
  requireMatch(request, versionOf(configured));
}

function versionOf({ uuid, updated_at }: { uuid: string; updated_at: Date }): string {
  return computeEtag(uuid, updated_at.getTime());
}
