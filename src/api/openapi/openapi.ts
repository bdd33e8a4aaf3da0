/** Builds the OpenAPI 3.1 document from the routes and their validation schemas. */
import { z, type ZodObject, type ZodType } from 'zod';
import {
  createDocument,
  type ZodOpenApiMetadata,
  type ZodOpenApiOperationObject,
} from 'zod-openapi';
import type { Route } from '../server/route';
import { linkFrom } from './links';
import { plainFormats } from './formats';
import { documentHeaders, listDocumentedHeaders } from './headers';
import { allowNulls } from './nulls';
import { webhooks } from './webhooks';
import { streamEvent } from './stream';
import { HTTP_STATUS, type ProblemCode } from '../problems';
import { ownValue } from '../../domain/run/own-value';

declare module 'zod' {
  /** Types `.meta()` for zod-openapi 5, which only declares it for `zod/v4`. */
  interface GlobalMeta extends ZodOpenApiMetadata {
    id?: string;
  }
}

const ANY_ROUTE: readonly ProblemCode[] = [
  ...(['validation_failed', 'malformed_json', 'too_large', 'unsupported_media_type'] as const),
  ...(['internal', 'unavailable'] as const),
];

/** Returns every error code of a route. */
export function documentedErrors(route: Route): ProblemCode[] {
  const { auth, path, idempotent, errors = [] } = route;
  const codes: ProblemCode[] = [...ANY_ROUTE, ...errors];
  if (auth.kind !== 'none') codes.push('unauthenticated', 'rate_limited');
  if (auth.kind === 'key') codes.push('forbidden');
  if (path.includes(':')) codes.push('not_found');
  if (idempotent) codes.push('idempotency_in_progress', 'idempotency_mismatch');
  return [...new Set(codes)];
}

type Document = ReturnType<typeof createDocument>;

/** Builds the document of the routes, for a service at an address. */
export function buildOpenApi(routes: readonly Route[], address: string) {
  const byPath = new Map<string, Record<string, ZodOpenApiOperationObject>>();
  for (const route of routes) {
    const path = pathOf(route);
    byPath.set(path, { ...byPath.get(path), [route.method]: operationOf(route, path) });
  }
  const paths = Object.fromEntries(byPath);
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Cerciora',
        version: '1',
        description:
          'Identity-verification workflows. Failures read `{"success": false, "error": {"code", "message", "details", "request_id"}}`; repeat a POST that got no answer or 503 with the same `Idempotency-Key`. 429 `rate_limited` says that the account has too many requests in progress, or a key too many a second: repeat it after `Retry-After`. Clients of the Workflows API may send the key as `Rem-Apikey` and leave out `/v1` (`GET /workflows/{uuid}/create-token` mints a token): there an unopened workflow is `pristine`, `error_id` an integer, and a minted token has `public_url` and `workflow` beside its own fields.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: address }],
      tags: TAGS.map(([name, , description]) => ({ name, description })),
      paths,
      webhooks,
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key: `<id>|<secret>`; also as the header `Rem-Apikey`.',
          },
          token: {
            type: 'http',
            scheme: 'bearer',
            description: "A run's token, plain or encoded.",
          },
        },
      },
    },
    { override: plainFormats },
  );
  for (const route of routes) finish(document, route, routes);
  return document;
}

/** Adds nulls and links, which zod can't express. */
function finish(document: Document, route: Route, routes: readonly Route[]): void {
  const paths = document.paths as Record<string, Record<string, Operation>>;
  const operation = ownValue(paths, pathOf(route))?.[route.method];
  const schema = operation?.requestBody?.content['application/json']?.schema;
  if (schema !== undefined) allowNulls(schema, route);
  const links = linksOf(route, routes);
  const made = operation && ownValue(operation.responses, String(route.status ?? 200));
  if (made !== undefined && links.length > 0) made.links = Object.fromEntries(links);
}

/** Fields of a finished operation that are read; none of them is a reference. */
interface Operation {
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { links?: object }>;
}

function linksOf(route: Route, routes: readonly Route[]) {
  return routes.flatMap((other) => {
    const uuid = linkFrom(route, other);
    const operationId = nameOf(other);
    return uuid === null ? [] : [[operationId, { operationId, parameters: { uuid } }] as const];
  });
}

function pathOf({ path }: Route): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

/** Tags by the beginning of the path; the first match wins. */
export const TAGS: readonly [name: string, prefix: RegExp, description: string][] = [
  ['person', /^\/v1\/session/, "The person's calls, with the token of a run."],
  ['steps', /^\/v1\/(steps|media)/, 'The catalogue, and the steps of runs.'],
  ['workflows', /^\/v1\/(workflows|reviews|people)/, 'Runs.'],
  ['webhooks', /^\/v1\/webhook-/, 'What is told to the integrator, and what became of it.'],
  ['sandbox', /^\/v1\/sandbox/, 'For development and tests.'],
  ['configuration', /^\/v1\//, 'What an account configures.'],
  ['health', /^\//, 'Whether it is well.'],
];

function operationOf(route: Route, path: string): ZodOpenApiOperationObject {
  const { auth, summary, params, query } = route;
  const scopes = auth.kind === 'key' ? [...auth.scopes] : [];
  return {
    operationId: nameOf(route),
    summary,
    ...(scopes.length === 0 ? {} : { description: `Scope: ${scopes.join(' or ')}.` }),
    tags: TAGS.filter(([, prefix]) => prefix.test(path))
      .slice(0, 1)
      .map(([name]) => name),
    security: auth.kind === 'none' ? [] : [{ [auth.kind]: scopes }],
    requestParams: {
      path: params as ZodObject,
      query: query as ZodObject,
      ...documentHeaders(route),
    },
    ...requestOf(route),
    responses: responsesOf(route),
  };
}

function requestOf({ body, bodyDocument, example, form }: Route) {
  if (form !== undefined) {
    return {
      requestBody: { required: true, content: { 'multipart/form-data': { schema: form } } },
    };
  }
  const schema = bodyDocument ?? body;
  if (schema === undefined) return {};
  const required = !schema.safeParse({}).success;
  return { requestBody: { required, content: { 'application/json': { schema, example } } } };
}

function responsesOf(route: Route): ZodOpenApiOperationObject['responses'] {
  const responses: Record<string, object> = {
    [route.status ?? 200]: {
      description: 'Done.',
      ...listDocumentedHeaders(route),
      content: successOf(route),
    },
  };
  const codes = documentedErrors(route).sort();
  for (const status of new Set(codes.map((code) => HTTP_STATUS[code]))) {
    const these = codes.filter((code) => HTTP_STATUS[code] === status);
    responses[status] = {
      description: these.join(', '),
      ...(RETRIED.has(status) ? { headers: retryAfter } : {}),
      content: { 'application/json': { schema: failureOf(these) } },
    };
  }
  return responses as ZodOpenApiOperationObject['responses'];
}

function successOf({ isStream = false, sends, result }: Route): Record<string, object> {
  if (isStream) return { 'text/event-stream': { schema: streamEvent } };
  if (sends !== undefined) {
    const schema = { type: 'string', format: 'binary' };
    return Object.fromEntries(sends.map((type) => [type, { schema }]));
  }
  const schema = z.strictObject({ success: z.literal(true), result });
  return { 'application/json': { schema } };
}

const RETRIED: ReadonlySet<number> = new Set([429, 503]);
const retryAfter = z.object({
  'Retry-After': z.string().meta({ description: 'Seconds to wait.', examples: ['1'] }),
});

const details = z
  .array(z.strictObject({ path: z.string(), message: z.string() }))
  .meta({ id: 'ErrorDetails', description: '`path` reads like `setup.nip.phone`.' });

const failures = new Map<string, ZodType>();

/** Returns the body schema of an error with one of these codes, shared by routes with the same codes. */
function failureOf(codes: readonly string[]): ZodType {
  const id = codes.map(titled).join('Or');
  const known = failures.get(id) ?? newFailure(codes).meta({ id });
  failures.set(id, known);
  return known;
}

function titled(code: string): string {
  return code.replaceAll(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function newFailure(codes: readonly string[]): ZodType {
  return z.strictObject({
    success: z.literal(false),
    error: z.strictObject({
      code: z.enum(codes as [string, ...string[]]),
      message: z.string(),
      ...(codes.includes('code_incorrect') ? { attempts_left: z.int().optional() } : {}),
      details,
      request_id: z.string(),
    }),
  });
}

/** Builds the operation id: `GET /v1/workflows/{uuid}/token` is `get_workflows_token`. */
function nameOf(route: Route): string {
  if (route.operation !== undefined) return route.operation;
  const { method } = route;
  const parts = pathOf(route)
    .replace(/^\/v1/, '')
    .split('/')
    .filter((part) => part !== '');
  const isOne = parts.at(-1)?.startsWith('{') === true;
  const words = parts
    .filter((part) => !part.startsWith('{'))
    .map((part) => part.replaceAll('-', '_'));
  return [method, ...words, ...(isOne ? ['one'] : [])].join('_');
}
