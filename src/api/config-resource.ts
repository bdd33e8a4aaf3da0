/** The five endpoints of what an account configures: list, create, read, change, archive. */
import { z, type ZodType } from 'zod';
import type { ConfigStore, Configured } from '../store/configuration';
import type { ApiDependencies } from './dependencies';
import { pageOfEach } from './documents/page';
import { byUuid, paging } from './fields';
import { etagOf, requireMatch, stale } from './http/etag';
import { parse } from './http/parse';
import { defineRoute, noFields, type KeyCaller, type Route } from './http/route';
import { pageOf } from './page';
import { ApiError, notFound } from './problems';
import { timestamp } from '../presentation/timestamps';

interface Resource<Fields extends object, Body extends object> {
  /** Below `/v1`. */
  path: string;
  /** In the singular, as messages say it. */
  name: string;
  store(deps: ApiDependencies): ConfigStore<Fields>;
  /** What is sent at creation; a change sends any part of it, laid over what is there. */
  body: ZodType<Body>;
  /** What is answered. */
  document: ZodType;
  /** A creation as callers send it. */
  example: object;
  /** The other way round: what is there, as it could have been sent. */
  asSent(fields: Fields): Body;
  /** Checks it against the account's other configuration. @throws ApiError. */
  check(
    body: Body,
    deps: ApiDependencies,
    accountUuid: string,
    target: Target<Fields>,
  ): Promise<Fields>;
  /** What of it is answered, where that isn't all. */
  shown?(fields: Configured<Fields>): object;
  /** Whether it can't be archived now. */
  isInUse?(uuid: string, deps: ApiDependencies, accountUuid: string): Promise<boolean>;
}

/** What is made or changed: its uuid, and what is there of it already. */
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
    ...{ method: 'get', path, summary: `List ${resource.path}, newest first`, auth: reading },
    params: noFields,
    query: paging(20),
    result: pageOfEach(resource.document),
    async handle({ query, caller, deps }) {
      const page = { skip: (query.page - 1) * query.per_page, limit: query.per_page + 1 };
      const items = await resource.store(deps).list(caller.tenant.account_uuid, page);
      const shown = items.map((item) => present(resource, item));
      return { result: pageOf(shown, query, new URL(path, deps.config.PUBLIC_URL)) };
    },
  });
}

function createRoute<F extends object, B extends object>(resource: Resource<F, B>): Route {
  return defineRoute({
    ...{ method: 'post', path: `/v1/${resource.path}`, auth: writing, idempotent: true },
    summary: `Create a ${resource.name}`,
    params: noFields,
    ...{ body: anything, bodyDocument: resource.body, keepsNulls: true },
    ...{ result: resource.document, tells: ['ETag' as const] },
    ...{ status: 201, example: resource.example },
    async handle({ body, caller, deps, reservation }) {
      const { account_uuid } = caller.tenant;
      const { uuid } = reservation;
      const target = { uuid, existing: null };
      const fields = await resource.check(bodyOf(resource, body), deps, account_uuid, target);
      const made = await resource.store(deps).create(account_uuid, uuid, fields);
      return { ...presented(resource, made), status: 201 };
    },
  });
}

function readRoute<F extends object, B extends object>(resource: Resource<F, B>): Route {
  return defineRoute({
    ...{ method: 'get', path: `/v1/${resource.path}/:uuid`, auth: reading },
    summary: `Read a ${resource.name}`,
    ...{ params: byUuid, result: resource.document, tells: ['ETag' as const] },
    async handle({ params, caller, deps }) {
      return presented(resource, await find(resource, deps, caller, params.uuid));
    },
  });
}

function changeRoute<F extends object, B extends object>(resource: Resource<F, B>): Route {
  return defineRoute({
    ...{ method: 'put', path: `/v1/${resource.path}/:uuid`, auth: writing },
    summary: `Change a ${resource.name}`,
    params: byUuid,
    ...{ body: anything, keepsNulls: true },
    ...{ result: resource.document, tells: ['ETag' as const] },
    errors: ['precondition_failed'],
    example: { name: 'Otro nombre' },
    async handle({ params, body, caller, deps, request }) {
      const existing = await find(resource, deps, caller, params.uuid);
      requireMatch(request, versionOf(existing));
      const whole = bodyOf(resource, { ...resource.asSent(existing), ...body });
      const target = { uuid: existing.uuid, existing };
      const fields = await resource.check(whole, deps, caller.tenant.account_uuid, target);
      if (!(await resource.store(deps).replace(existing, fields))) throw stale();
      return presented(resource, await find(resource, deps, caller, params.uuid));
    },
  });
}

function archiveRoute<F extends object, B extends object>(resource: Resource<F, B>): Route {
  return defineRoute({
    ...{ method: 'delete', path: `/v1/${resource.path}/:uuid`, auth: writing },
    summary: `Archive a ${resource.name}`,
    ...{ params: byUuid, result: resource.document },
    errors: ['precondition_failed', ...(resource.isInUse ? (['in_use'] as const) : [])],
    async handle({ params, caller, deps, request }) {
      const existing = await find(resource, deps, caller, params.uuid);
      requireMatch(request, versionOf(existing));
      if (await resource.isInUse?.(existing.uuid, deps, caller.tenant.account_uuid)) {
        throw new ApiError('in_use', `Workflows that are open use this ${resource.name}.`);
      }
      await resource.store(deps).archive(existing.uuid);
      return { result: present(resource, existing) };
    },
  });
}

const anything = z.record(z.string(), z.unknown());

/**
 * Reads what was sent. `null` means absent, at any depth: in a change it takes away what may be absent. An unknown field
 * is unknown with `null` too: given without a value, one is told by its name.
 * @throws ApiError `validation_failed`.
 */
function bodyOf<F extends object, B extends object>({ body }: Resource<F, B>, sent: object): B {
  parse(
    body,
    withNulls(sent, (name) => [[name, undefined]]),
  );
  return parse(
    body,
    withNulls(sent, () => []),
  );
}

/** With something else in place of each field that is `null`. */
function withNulls(value: unknown, insteadOf: (name: string) => [string, undefined][]): unknown {
  if (Array.isArray(value)) return value.map((each) => withNulls(each, insteadOf));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, each]): [string, unknown][] =>
    each === null ? insteadOf(name) : [[name, withNulls(each, insteadOf)]],
  );
  return Object.fromEntries(entries);
}

async function find<F extends object, B extends object>(
  resource: Resource<F, B>,
  deps: ApiDependencies,
  { tenant }: KeyCaller,
  uuid: string,
): Promise<Configured<F>> {
  const existing = await resource.store(deps).find(tenant.account_uuid, uuid);
  if (existing === null) throw notFound(resource.name);
  return existing;
}

type Shown<F> = { shown?(fields: Configured<F>): object };

/** The answer of a call about one of them. */
export function presented<F extends object>(resource: Shown<F>, configured: Configured<F>) {
  return { result: present(resource, configured), headers: { ETag: versionOf(configured) } };
}

function present<F extends object>(resource: Shown<F>, configured: Configured<F>) {
  const { account_uuid: _account, uuid, created_at, updated_at, ...fields } = configured;
  return {
    uuid,
    ...(resource.shown?.(configured) ?? fields),
    created_at: timestamp(created_at.getTime()),
    updated_at: timestamp(updated_at.getTime()),
  };
}

function versionOf({ uuid, updated_at }: { uuid: string; updated_at: Date }): string {
  return etagOf(uuid, updated_at.getTime());
}
