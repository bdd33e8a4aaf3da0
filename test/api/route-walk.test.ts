/** Tests promises of every endpoint by walking the registry, which covers new endpoints automatically. */
import type { Route } from '../../src/api/server/route';
import { routes } from '../../src/api/route-table';
import { SCOPES } from '../../src/store/accounts/api-keys';
import { stepUuid, TestApi, type Call, type RunJson } from '../support/api';

let api: TestApi;
let run: RunJson;
let token: string;
/** One item of each configuration resource, by path. */
const configured: Record<string, string> = {};
beforeAll(async () => {
  api = await TestApi.start();
  run = await api.createRun();
  for (const { method, path } of routes) {
    const body = BODIES[`POST ${path}`];
    if (method !== 'post' || !isConfig(path) || path.includes(':') || body === undefined) continue;
    const { body: made } = await api.call(path, { body: await bodyOf(path, body) });
    configured[path] = made.result.uuid;
  }
  const sent = await api.call(`${DELIVERY}/test`, { body: BODIES[`POST ${DELIVERY}/test`] });
  configured[DELIVERY] = sent.body.result.uuid;
  token = (await api.mint(run.uuid)).token;
});
afterAll(() => api.stop());

const named = (all: readonly Route[]) =>
  all.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const);
const byKey = routes.filter((route) => route.auth.kind === 'key');
const byToken = routes.filter((route) => route.auth.kind === 'token');
const withUuid = byKey.filter((route) => route.path.includes(':uuid'));
/** Configuration serves both modes; a run has one. */
const ofRuns = withUuid.filter((route) => !isConfig(route.path));
/** A delivery of the run, by the path that it is read at. */
const DELIVERY = '/v1/webhook-deliveries';

function isConfig(path: string): boolean {
  return /^\/v1\/(api-keys|connectors|nips|forms|knockout-rules|rule-sets|customizations|workflow-templates|document-templates|template-bindings)/.test(
    path,
  );
}

/** Creates the connector of a NIP and the document of a binding first. */
function bodyOf(path: string, body: unknown): unknown {
  if (path === '/v1/template-bindings') {
    return { name: 'Binding', template_uuid: configured['/v1/document-templates'] };
  }
  if (path !== '/v1/nips') return body;
  const first_verification = { channel: 'sms', connector_uuid: configured['/v1/connectors'] };
  return { ...(body as object), first_verification };
}

const NOBODY = '00000000-0000-4000-8000-000000000000';
/** Valid bodies, so that only the caller can be the reason of a refusal. */
const BODIES: Record<string, unknown> = {
  'POST /v1/workflows': { steps: ['personal_address'] },
  'POST /v1/workflows/:uuid/actions/:action': { by: 'Ana', reason: 'asked' },
  'POST /v1/steps/:uuid/submit': { data: { accepted: true } },
  'POST /v1/session/steps/:uuid/submit': { data: { accepted: true } },
  'POST /v1/sandbox/runs/:uuid/advance': { minutes: 1 },
  'POST /v1/webhook-deliveries/redeliver': {
    workflow_uuid: '00000000-0000-4000-8000-000000000000',
  },
  'POST /v1/webhook-deliveries/test': { callback_url: 'https://backend.example/' },
  'POST /v1/api-keys': { name: 'Key', scopes: ['runs:read'] },
  'POST /v1/connectors': { name: 'Sandbox', kind: 'sandbox' },
  'POST /v1/nips': { name: 'NIP' },
  'POST /v1/forms': { name: 'Form', fields: [{ predefined: 'nip_generic' }] },
  'POST /v1/knockout-rules': { name: 'Rule', template: 'true', step: 'acceptance' },
  'POST /v1/rule-sets': { name: 'Rule set' },
  'POST /v1/rule-sets/:uuid/knockout-rules': { knockout_rules: [NOBODY] },
  'DELETE /v1/rule-sets/:uuid/knockout-rules': { knockout_rules: [NOBODY] },
  'POST /v1/customizations': { name: 'Customization', values: {} },
  'POST /v1/workflow-templates': { name: 'Template', steps: ['personal_address'] },
  'POST /v1/document-templates': {
    ...(routes.find(({ method, path }) => method === 'post' && path === '/v1/document-templates')
      ?.example as object),
  },
  'POST /v1/template-bindings': { name: 'Binding', template_uuid: NOBODY },
  'POST /v1/expressions/validate': { expression: 'true' },
};

function callOf(route: Route, call: Call = {}): [string, Call] {
  const ofRun = route.path.includes('/steps/') ? stepUuid(run, 0) : run.uuid;
  const uuid = configured[route.path.replace(/\/:uuid.*/, '')] ?? ofRun;
  const path = route.path.replace(':uuid', uuid).replace(':action', 'cancel');
  const body = route.body && (BODIES[`${route.method.toUpperCase()} ${route.path}`] ?? {});
  return [
    path,
    { method: route.method.toUpperCase(), ...(body === undefined ? {} : { body }), ...call },
  ];
}

async function refusal(route: Route, call: Call) {
  const { status, body } = await api.call(...callOf(route, call));
  return { status, code: body.error.code };
}

test('every endpoint is listed once and has a summary', () => {
  const names = named(routes).map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(18);
  expect(routes.every((route) => route.summary.length > 5)).toBe(true);
});

test('only the health endpoints need no authentication', () => {
  const open = routes.filter((route) => route.auth.kind === 'none').map((route) => route.path);
  expect(open).toEqual(['/healthz', '/readyz']);
});

test('every POST supports Idempotency-Key', () => {
  const posts = routes.filter((route) => route.method === 'post' && !route.idempotent);
  expect(posts).toEqual([]);
});

describe.each(named([...byKey, ...byToken]))('%s', (_name, route) => {
  test('is unauthenticated without a bearer', async () => {
    const [path, call] = callOf(route, { bearer: '' });
    const { status, headers, body } = await api.call(path, call);
    expect({ status, code: body.error.code }).toEqual({ status: 401, code: 'unauthenticated' });
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  test.each([
    ['an unknown bearer', 'live_nobody|nothing'],
    ['a bare id', 'live_nobody'],
    ['a very long bearer', `live_${'x'.repeat(5_000)}|y`],
    ['base64 without an id', Buffer.from('|').toString('base64')],
  ])('is unauthenticated with %s', async (_what, bearer) => {
    expect(await refusal(route, { bearer })).toEqual({ status: 401, code: 'unauthenticated' });
  });

  test('is unauthenticated with the right id and a wrong secret', async () => {
    const right = route.auth.kind === 'token' ? token : api.client.key;
    const bearer = `${right.split('|')[0] ?? ''}|${'A'.repeat(43)}`;
    expect(await refusal(route, { bearer })).toEqual({ status: 401, code: 'unauthenticated' });
  });

  test('is unauthenticated with the other kind of bearer', async () => {
    const bearer = route.auth.kind === 'token' ? api.client.key : token;
    expect(await refusal(route, { bearer })).toEqual({ status: 401, code: 'unauthenticated' });
  });
});

describe.each(named(byKey))('%s', (_name, route) => {
  const needed = route.auth.kind === 'key' ? route.auth.scopes : [];

  test('is forbidden without its scope, with the name of the scope', async () => {
    const scopes = SCOPES.filter((scope) => !needed.includes(scope));
    const { key } = await api.addClient({ account_uuid: api.client.account_uuid, scopes });
    const [path, call] = callOf(route, { bearer: key });
    const { status, body } = await api.call(path, call);
    expect({ status, code: body.error.code }).toEqual({ status: 403, code: 'forbidden' });
    expect(body.error.message).toContain(needed[0]);
  });
});

describe.each(named(withUuid))('%s', (_name, route) => {
  test("is not found with another account's key", async () => {
    const { key } = await api.addClient();
    expect(await refusal(route, { bearer: key })).toEqual({ status: 404, code: 'not_found' });
  });

  test('is not found for an unknown uuid', async () => {
    const [path, call] = callOf(route);
    const nobody = path.replace(
      /[0-9a-f]{8}-[0-9a-f-]{27}/,
      '00000000-0000-4000-8000-000000000000',
    );
    expect((await api.call(nobody, call)).status).toBe(404);
  });
});

describe.each(named(ofRuns))('%s', (_name, route) => {
  test('is not found in the other mode', async () => {
    const { key } = await api.addClient({ account_uuid: api.client.account_uuid, mode: 'test' });
    expect(await refusal(route, { bearer: key })).toEqual({ status: 404, code: 'not_found' });
  });
});

test('a token cannot submit to a step of another run, even of its own account', async () => {
  const other = await api.createRun();
  const path = `/v1/session/steps/${stepUuid(other, 0)}/submit`;
  const { status } = await api.call(path, { bearer: token, body: { data: { accepted: true } } });
  expect(status).toBe(404);
});

test('the refused requests do not change the run', async () => {
  expect((await api.call(`/v1/workflows/${run.uuid}`)).body.result.status).toBe('pending');
  expect(api.gateway.messages).toEqual([]);
});
