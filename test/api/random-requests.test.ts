/** Tests with random requests that responses always follow the document: never a 500, never another body format. */
import fc from 'fast-check';
import { ApiError, isProblemCode } from '../../src/api/problems';
import type { Route } from '../../src/api/server/route';
import { routes } from '../../src/api/route-table';
import { ACCEPTANCE_SETUP, ADDRESS, stepUuid, TestApi, type RunJson } from '../support/api';

let api: TestApi;
let run: RunJson;
let token: string;
beforeAll(async () => {
  api = await TestApi.start();
  run = await api.createRun();
  token = (await api.mint(run.uuid)).token;
});
afterAll(() => api.stop());

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '$set',
    'a.b',
    '\0',
    '\ud800',
    'acceptance',
    'personal_address',
    '',
  ),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** Valid bodies with one or two random changes. */
function wild(body: object): fc.Arbitrary<unknown> {
  const fields = Object.keys(body);
  const change = fc.tuple(
    fields.length === 0 ? text : fc.oneof(fc.constantFrom(...fields), text),
    json,
  );
  return fc.array(change, { minLength: 1, maxLength: 2 }).map((changes) => {
    const all = [...Object.entries(body), ...changes];
    return Object.fromEntries(all);
  });
}

const CREATION = {
  steps: ['acceptance'],
  setup: ACCEPTANCE_SETUP,
  metadata: {},
  expires_in: 1,
  external_reference_id: 'x',
  language: 'es',
  people_uuid: null,
};
const BODIES = [
  CREATION,
  { data: ADDRESS, coordinates: [0, 0], client: {} },
  { by: 'a', reason: 'b' },
  { redirect_url: 'https://a.example' },
  {},
];

const posts = routes.filter((route) => route.method === 'post');
const anyBody = fc.oneof(json, ...BODIES.map(wild));

function expectAnswer(answer: Awaited<ReturnType<TestApi['call']>>): void {
  const { status, body, headers } = answer;
  expect(status).not.toBe(500);
  expect(headers.get('x-request-id')).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
  if (status < 300) {
    expect(body.success).toBe(true);
    return;
  }
  expect(body).toEqual({
    success: false,
    error: {
      code: expect.any(String),
      message: expect.any(String),
      details: expect.any(Array),
      request_id: expect.any(String),
    },
  });
  const { code } = body.error;
  expect(isProblemCode(code) && new ApiError(code, '').status).toBe(status);
}

test('any JSON sent to any POST returns a documented response', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: posts.length - 1 }), anyBody, async (index, body) => {
      const route = posts[index] as Route;
      const uuid = route.path.includes('/steps/') ? stepUuid(run, 0) : run.uuid;
      // A run of its own would be needed for each try that ends one.
      const path = route.path.replace(':uuid', uuid).replace(':action', 'nothing');
      const bearer = route.auth.kind === 'token' ? token : api.client.key;
      expectAnswer(await api.call(path, { body, bearer }));
    }),
    { numRuns: 300 },
  );
});

test('any bytes sent as any type return a documented response', async () => {
  const types = fc.constantFrom(
    'application/json',
    'application/json; charset=utf-16',
    'text/json',
    'multipart/form-data',
    '',
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), types, async (bytes, type) => {
      const headers = type === '' ? {} : { 'content-type': type };
      expectAnswer(await api.call('/v1/workflows', { raw: Buffer.from(bytes), headers }));
    }),
    { numRuns: 150 },
  );
});

test('any path and query returns a documented response', async () => {
  const part = fc.oneof(
    fc.webPath(),
    text.map((given) => `/${encodeURIComponent(given.replaceAll(/\p{Cs}/gu, '?'))}`),
    fc.constantFrom('/%', '/%ff', '/%2e%2e', '//'),
  );
  const roots = fc.constantFrom('/v1/workflows', '/v1/steps', `/v1/workflows/${run.uuid}`, '/v1');
  await fc.assert(
    fc.asyncProperty(roots, part, fc.webQueryParameters(), async (root, rest, query) => {
      expectAnswer(await api.call(`${root}${rest}?${query}`));
    }),
    { numRuns: 200 },
  );
});

test('any bearer returns a documented response', async () => {
  const bearers = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.base64String({ minLength: 1 }),
    fc.constantFrom('|', 'a|', '|a', 'run_x|', '%'),
  );
  await fc.assert(
    fc.asyncProperty(
      bearers,
      fc.constantFrom('/v1/workflows', '/v1/session'),
      async (bearer, path) => {
        const answer = await api.call(path, { bearer: bearer.replaceAll(/[^\x20-\x7e]/g, '~') });
        expectAnswer(answer);
        expect(answer.status).toBe(401);
      },
    ),
    { numRuns: 100 },
  );
});
