/** Builds the OpenAPI 3.1 document from the routes and their validation schemas. */
import type { ZodObject } from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import type { Route } from '../server/route';
import { linkFrom } from './links';
import { plainFormats } from './formats';
import { documentHeaders } from './headers';
import { relax } from './nulls';
import { webhooks } from './webhooks';
import { responsesOf } from './responses';
import { addExamples } from './examples';
import { ownValue } from '../../domain/run/own-value';

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
            description: 'The token of a workflow, plain or encoded (`token` or `token_encoded`).',
          },
        },
      },
    },
    { override: plainFormats },
  );
  for (const route of routes) finish(document, route, routes);
  addExamples(document);
  return document;
}

/** Adds nulls and links, which zod can't express. */
function finish(document: Document, route: Route, routes: readonly Route[]): void {
  const paths = document.paths as Record<string, Record<string, Operation>>;
  const operation = ownValue(paths, pathOf(route))?.[route.method];
  if (operation === undefined) return;
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (schema !== undefined) relax(schema, route);
  const links = linksOf(route, routes);
  const made = ownValue(operation.responses, String(route.status ?? 200));
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
  ['person', /^\/v1\/session/, "The calls of the person's page, with the token of a workflow."],
  [
    'steps',
    /^\/v1\/(steps|media)/,
    'The catalogue of steps, and the steps of workflows: read, submit, upload, resend.',
  ],
  [
    'workflows',
    /^\/v1\/(workflows|reviews|people|stuck)/,
    'Workflows: create, read, act, review, erase.',
  ],
  ['webhooks', /^\/v1\/webhook-/, 'Webhooks to your backend, their deliveries and their secret.'],
  ['sandbox', /^\/v1\/sandbox/, 'Messages and clocks of workflows in test mode.'],
  [
    'configuration',
    /^\/v1\//,
    'Configuration of the account: connectors, NIPs, forms, rules, templates, keys.',
  ],
  ['health', /^\//, 'Probes of this process.'],
];

function operationOf(route: Route, path: string): ZodOpenApiOperationObject {
  const { auth, summary, description, params, query } = route;
  const scopes = auth.kind === 'key' ? [...auth.scopes] : [];
  const scope = scopes.length === 0 ? '' : ` Scope: ${scopes.join(' or ')}.`;
  return {
    operationId: nameOf(route),
    summary,
    description: `${description}${scope}`,
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

function requestOf({ body, bodyDocument, partOf, example, form }: Route) {
  if (form !== undefined) {
    return {
      requestBody: { required: true, content: { 'multipart/form-data': { schema: form } } },
    };
  }
  const schema = partOf ?? bodyDocument ?? body;
  if (schema === undefined) return {};
  const required = partOf === undefined && !schema.safeParse({}).success;
  return { requestBody: { required, content: { 'application/json': { schema, example } } } };
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
