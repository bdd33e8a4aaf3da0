import { gzipSync } from 'node:zlib';
import { request } from 'node:http';
import { ACCEPTANCE_SETUP, TestApi, type Call } from '../support/api';

const JSON_TYPE = { 'content-type': 'application/json' };
const STEPS = { steps: ['acceptance'], setup: ACCEPTANCE_SETUP };

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

async function refusal(path: string, call: Call) {
  const { status, body, headers } = await api.call(path, call);
  expect(body.success).toBe(false);
  expect(body.error.request_id).toBe(headers.get('x-request-id'));
  const paths = body.error.details.map((detail) => detail.path);
  return { status, code: body.error.code, paths };
}
const creation = (body: unknown) => refusal('/v1/workflows', { body });

describe('a body', () => {
  test.each([
    ['cut off', '{"steps": ['],
    ['not JSON', 'steps=acceptance'],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ])('returns malformed_json when it is %s', async (_what, raw) => {
    const answer = await refusal('/v1/workflows', { raw, headers: JSON_TYPE });
    expect(answer).toMatchObject({ status: 400, code: 'malformed_json' });
  });

  test.each(['[]', '"text"', '1', 'null', 'true'])(
    'returns validation_failed when it is %s',
    async (raw) => {
      const answer = await refusal('/v1/workflows', { raw, headers: JSON_TYPE });
      expect(answer).toMatchObject({ status: 400, code: 'validation_failed' });
    },
  );

  test.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json; charset=latin1', {}],
    ['application/json', { 'content-encoding': 'zstd' }],
  ])('returns unsupported_media_type as %s %o', async (type, headers) => {
    const call = { raw: JSON.stringify(STEPS), headers: { 'content-type': type, ...headers } };
    const answer = await refusal('/v1/workflows', call);
    expect(answer).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  test('returns too_large above 512 KiB, even when it is smaller compressed', async () => {
    const raw = JSON.stringify({ ...STEPS, metadata: { note: 'x'.repeat(600 * 1024) } });
    const gzipped = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect(await refusal('/v1/workflows', { raw, headers: JSON_TYPE })).toMatchObject({
      status: 413,
      code: 'too_large',
    });
    expect(await refusal('/v1/workflows', { raw: gzipSync(raw), headers: gzipped })).toMatchObject({
      status: 413,
      code: 'too_large',
    });
  });

  test('returns 413 when its numbers exceed the size limit of Temporal', async () => {
    const raw = `{"steps":["personal_address"],"metadata":{"n":[${Array(80_000).fill('1e20').join()}]}}`;
    expect(await refusal('/v1/workflows', { raw, headers: JSON_TYPE })).toMatchObject({
      status: 413,
    });
  });

  test('is accepted compressed', async () => {
    const raw = gzipSync(JSON.stringify(STEPS));
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect((await api.call('/v1/workflows', { raw, headers })).status).toBe(200);
  });
});

describe('a creation', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['a callback without https', { callback_url: 'http://a.example' }, 'callback_url'],
    ['an unsupported field', { recovery: {} }, 'recovery'],
    ['an unsupported field', { recovery: {} }, 'recovery'],
    ['an inherited name', { constructor: 1 }, 'constructor'],
    ['a negative expiry', { expires_in: -1 }, 'expires_in'],
    ['a fractional expiry', { expires_in: 1.5 }, 'expires_in'],
    ['an expiry that is too long', { expires_in: 525_601 }, 'expires_in'],
    ['abandonment after 0 minutes', { abandon_after: 0 }, 'abandon_after'],
    ['another language', { language: 'fr' }, 'language'],
    ['another start', { start: 'later' }, 'start'],
    ['a person that is not a uuid', { people_uuid: 'x' }, 'people_uuid'],
    ['an empty reference', { external_reference_id: '' }, 'external_reference_id'],
    [
      'a reference that is not a safe integer',
      { external_reference_id: 2 ** 53 },
      'external_reference_id',
    ],
    ['metadata that is a list', { metadata: [] }, 'metadata'],
    ['no steps', { steps: [] }, 'steps'],
    ['steps that are not a list', { steps: 'acceptance' }, 'steps'],
    ['absent steps', { steps: null }, 'steps'],
    ['too many steps', { steps: Array(51).fill('acceptance') }, 'steps'],
    ['a step that is a number', { steps: [1] }, 'steps.0'],
    [
      'an unknown field of a step',
      { steps: [{ step: 'acceptance', title: 'x' }] },
      'steps.0.title',
    ],
    ['a step twice', { steps: ['acceptance', 'acceptance'] }, 'steps.1'],
    ['a step twice', { steps: ['personal_address', 'personal_address'] }, 'steps.1'],
    [
      'a custom_id for a step that a run has once',
      { steps: [{ step: 'personal_address', custom_id: 'home' }] },
      'steps.0.custom_id',
    ],
    [
      'a custom_id that is a step key',
      { steps: [{ step: 'acceptance', custom_id: 'personal_address' }] },
      'steps.0.custom_id',
    ],
    [
      'a custom_id with a dot',
      { steps: [{ step: 'acceptance', custom_id: 'a.b' }] },
      'steps.0.custom_id',
    ],
    ['no setup where it is required', { setup: {} }, 'setup.acceptance'],
    ['an absent setup where it is required', { setup: { acceptance: null } }, 'setup.acceptance'],
    [
      'no setup under its inherited custom_id',
      { steps: [{ step: 'acceptance', custom_id: 'constructor' }] },
      'setup.constructor',
    ],
    [
      'a setup without its text',
      { setup: { acceptance: { version: '1' } } },
      'setup.acceptance.text',
    ],
  ])('with %s is refused with its path: %j', async (_what, change, path) => {
    const { status, code, paths } = await creation({ ...STEPS, ...change });
    expect({ status, code, paths }).toEqual({
      status: 400,
      code: 'validation_failed',
      paths: expect.arrayContaining([path]),
    });
  });

  test.each(['nonsense', 'constructor', '__proto__', 'enroll_fuller'])(
    'with the unknown step %s returns the path of the step',
    async (step) => {
      const answer = await creation({ ...STEPS, steps: ['acceptance', step] });
      expect(answer).toEqual({ status: 400, code: 'unknown_step', paths: ['steps.1'] });
    },
  );

  test.each([
    ['{"__proto__": {"polluted": 1}}', 'metadata.__proto__'],
    ['{"a": [{"__proto__": 1}]}', 'metadata.a.0.__proto__'],
    [String.raw`{"a\u0000b": 1}`, 'metadata.a\0b'],
    [`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`, expect.stringMatching(/^metadata\.a/)],
  ])('with hostile metadata %s is refused without polluting prototypes', async (metadata, path) => {
    const raw = `{"steps": ["personal_address"], "metadata": ${metadata}}`;
    const answer = await refusal('/v1/workflows', { raw, headers: JSON_TYPE });
    expect(answer).toEqual({ status: 400, code: 'validation_failed', paths: [path] });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('accepts special field names in metadata and returns them', async () => {
    const metadata = {
      $where: 1,
      'a.b': { '': null },
      constructor: 'x',
      lone: '\ud800',
      zero: '\0',
    };
    const { uuid } = await api.createRun({ metadata });
    expect((await api.call(`/v1/workflows/${uuid}`)).body.result['metadata']).toEqual(metadata);
  });

  test('treats null as absent', async () => {
    const run = await api.createRun({
      people_uuid: null,
      expires_in: null,
      metadata: null,
      callback_url: null,
    });
    expect(run).toMatchObject({ people_uuid: null, expires_in: 0, metadata: null });
  });

  test('refuses an unknown field whose value is null', async () => {
    const body = { steps: ['acceptance'], setup: ACCEPTANCE_SETUP, surprise: null };
    const answer = await api.call('/v1/workflows', { body });
    expect([answer.status, answer.body.error.details]).toEqual([
      400,
      [{ path: 'surprise', message: 'is not known here' }],
    ]);
  });
});

describe('a path', () => {
  test.each(['/', '/v1', '/v1/nothing', '/v2/projects', '/v1/workflows/x/y/z', '/v1//workflows'])(
    '%s that does not exist returns not_found',
    async (path) => {
      expect(await refusal(path, {})).toMatchObject({ status: 404, code: 'not_found' });
    },
  );

  test.each([
    '/v1/workflows/%ff',
    '/v1/workflows/%zz',
    '/v1/workflows/%00',
    '/v1/workflows/not-a-uuid',
    '/v1/steps/%E0%A4%A',
    '/v1/workflows/..%2f..',
    `/v1/workflows/${'0'.repeat(4_000)}`,
    '/r/%ff',
  ])('%s with an invalid parameter returns 404', async (path) => {
    expect((await api.call(path)).status).toBe(404);
  });

  test.each([
    ['DELETE', '/v1/workflows', 'GET, HEAD, POST'],
    ['PATCH', '/v1/workflows/x', 'GET, HEAD'],
    ['OPTIONS', '/v1/session/start', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['GET', '/v1/webhook-deliveries/test', 'POST'],
    ['POST', '/r/x', 'GET, HEAD'],
  ])('returns 405 with the allowed methods for %s %s', async (method, path, allow) => {
    const { status, headers, body } = await api.call(path, { method });
    expect({ status, code: body.error.code }).toEqual({ status: 405, code: 'method_not_allowed' });
    expect(headers.get('allow')).toBe(allow);
  });

  test.each([
    ['?page=1&page=2', 'page'],
    ['?page=0', 'page'],
    ['?per_page=101', 'per_page'],
    ['?per_page=ten', 'per_page'],
    ['?colour=red', 'colour'],
    ['?__proto__=1', '__proto__'],
    ['?constructor=1', 'constructor'],
    ['?page[]=1', 'page[]'],
  ])('with the query %s is refused with the name of the parameter', async (query, path) => {
    const answer = await refusal(`/v1/workflows${query}`, {});
    expect(answer).toEqual({ status: 400, code: 'validation_failed', paths: [path] });
  });

  test('in absolute form is accepted', async () => {
    const status = await new Promise((resolve) => {
      const options = {
        port: api.port,
        path: 'http://host:999999/v1/workflows',
        headers: { authorization: `Bearer ${api.client.key}` },
      };
      request(options, (response) => resolve(response.resume().statusCode)).end();
    });
    expect(status).toBe(200);
  });
});

describe('a request id', () => {
  test('that is safe is used', async () => {
    const { headers } = await api.call('/v1/workflows', {
      headers: { 'x-request-id': 'Order-1.a_b' },
    });
    expect(headers.get('x-request-id')).toBe('Order-1.a_b');
  });

  test.each(['a b', 'x'.repeat(65), '<script>'])(
    'that is not safe (%s) is replaced',
    async (given) => {
      const { headers } = await api.call('/nowhere', { headers: { 'x-request-id': given } });
      expect(headers.get('x-request-id')).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
      expect(headers.get('x-request-id')).not.toBe(given);
    },
  );

  test('is sent to the run', async () => {
    const { uuid } = await api.createRun({}, { headers: { 'x-request-id': 'trace-77' } });
    expect(api.gateway.started.get(uuid)?.request_id).toBe('trace-77');
  });
});

describe('an error of the service', () => {
  afterEach(() => {
    api.gateway.trouble = null;
  });

  test('is returned without its cause, which is logged', async () => {
    api.gateway.trouble = 'broken';
    const answer = await api.call('/v1/workflows', { body: STEPS });
    expect(answer).toMatchObject({
      status: 500,
      body: { error: { code: 'internal', details: [] } },
    });
    expect(answer.text).not.toMatch(/inside|stack|at /);
    expect(api.logs).toContain('a secret of the inside');
  });

  test('is unavailable with Retry-After while Temporal is down', async () => {
    api.gateway.trouble = 'down';
    const { status, headers, body } = await api.call('/v1/workflows', { body: STEPS });
    expect({ status, code: body.error.code, retry: headers.get('retry-after') }).toEqual({
      status: 503,
      code: 'unavailable',
      retry: '1',
    });
  });

  test('is rate_limited with Retry-After while a run is overloaded', async () => {
    const { uuid } = await api.createRun();
    api.gateway.trouble = 'busy';
    const { status, headers, body } = await api.call(`/v1/workflows/${uuid}/start`, { body: {} });
    expect({ status, code: body.error.code, retry: headers.get('retry-after') }).toEqual({
      status: 429,
      code: 'rate_limited',
      retry: '1',
    });
  });
});
