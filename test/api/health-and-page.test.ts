import { TestApi, type TestConfig } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
afterEach(() => {
  jest.restoreAllMocks();
  api.gateway.trouble = null;
});

const open = (path: string, method = 'GET', headers = {}) =>
  api.call(path, { method, bearer: '', headers });

describe('the health check', () => {
  test('at /healthz returns 200 while Temporal is down', async () => {
    api.gateway.trouble = 'down';
    const { status, body } = await open('/healthz');
    expect({ status, body }).toEqual({
      status: 200,
      body: { success: true, result: { status: 'ok' } },
    });
  });

  test('at /readyz returns 503 with the unavailable services', async () => {
    expect((await open('/readyz')).body.result).toEqual({
      status: 'ok',
      temporal: true,
      mongodb: true,
    });
    api.gateway.trouble = 'down';
    const withoutTemporal = await open('/readyz');
    expect(withoutTemporal.status).toBe(503);
    expect(withoutTemporal.headers.get('retry-after')).toBe('1');
    expect(withoutTemporal.body.error.details.map((detail) => detail.path)).toEqual(['temporal']);
    jest.spyOn(api.deps, 'pingStore').mockRejectedValue(new Error('away'));
    const withoutBoth = await open('/readyz');
    expect(withoutBoth.body.error.details.map((detail) => detail.path)).toEqual([
      'temporal',
      'mongodb',
    ]);
  });
});

describe("a run's page", () => {
  async function pageOf(body: Record<string, unknown> = {}, bearer = api.client.key) {
    const run = await api.createRun(body, { bearer });
    const { body: minted } = await api.call<{ execution_url: string }>(
      `/v1/workflows/${run.uuid}/token`,
      { bearer },
    );
    return { run, path: new URL(minted.result.execution_url).pathname };
  }

  test.each([
    ['es', 'Verificación de identidad', 'te pide'],
    ['en', 'Identity verification', 'asks you'],
    ['pt', 'Verificação de identidade', 'pede que você'],
  ])("names account and purpose in the run's language: %s", async (language, purpose, lead) => {
    const { path } = await pageOf({ language });
    const { status, text } = await open(path);
    expect(status).toBe(200);
    expect(text).toContain(`<html lang="${language}">`);
    for (const part of ['Banco Ejemplo', purpose, lead]) expect(text).toContain(part);
  });

  test('changes nothing when it is requested by GET or HEAD', async () => {
    const { run, path } = await pageOf();
    const before = await api.deps.runs.findWithEvents(run.uuid);
    for (const method of ['GET', 'HEAD', 'GET'])
      expect((await open(path, method)).status).toBe(200);
    expect(await api.deps.runs.findWithEvents(run.uuid)).toEqual(before);
  });

  test('has no scripts, external files, referrer or caching', async () => {
    const { headers, text } = await open((await pageOf()).path);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/<script|<link|src=|http/);
  });

  test("shows an account's name as text", async () => {
    const { key } = await api.addClient({ name: `<script>alert("x")</script> & 'Co'` });
    const { text } = await open((await pageOf({}, key)).path);
    expect(text).not.toContain('<script>');
    expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;Co&#39;');
  });

  test('states that the run is over', async () => {
    const { run, path } = await pageOf();
    await api.stage(run.uuid, { type: 'run_expired', actor: 'system', data: {} });
    const { status, text } = await open(path);
    expect(status).toBe(200);
    expect(text).toContain('ya terminó');
    expect(text).not.toContain('te pide');
  });

  test.each(['/r/x', `/r/${'A'.repeat(43)}`, '/r/a%00b', '/r/%F0%9F%98%80'])(
    'at the unknown link %s returns 404 with a readable text',
    async (path) => {
      const { status, text, headers } = await open(path, 'GET', { 'accept-language': 'en' });
      expect(status).toBe(404);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(text).toContain('This link does not exist');
      expect(text).toContain('<html lang="en">');
    },
  );

  test('returns 503 with a readable text while MongoDB is down', async () => {
    const { path } = await pageOf();
    const away = Object.assign(new Error('away'), { name: 'MongoServerSelectionError' });
    jest.spyOn(api.deps.tokens, 'findByLink').mockRejectedValueOnce(away);
    const answered = await open(path, 'GET', { 'accept-language': 'en' });
    expect(answered).toMatchObject({ status: 503 });
    expect(answered.headers.get('retry-after')).toBe('5');
    expect(answered.text).toContain('The service does not answer right now.');
  });
});

describe('the start page', () => {
  const started: TestApi[] = [];
  afterAll(() => Promise.all(started.map((each) => each.stop())));
  const start = async (config: TestConfig) => {
    const other = await TestApi.start(undefined, config);
    started.push(other);
    return (method = 'GET') => other.call('/', { method, bearer: '' });
  };

  test('links to documents, sandbox and Temporal UI in development, and accepts only GET and HEAD', async () => {
    const ask = await start({
      NODE_ENV: 'development',
      TEMPORAL_UI_URL: 'http://127.0.0.1:8233/?a=1&b="2"',
    });
    const { status, text, headers } = await ask();
    expect(status).toBe(200);
    for (const href of ['/docs', '/openapi.json', '/sandbox']) {
      expect(text).toContain(`href="${href}"`);
    }
    expect(text).toContain('href="http://127.0.0.1:8233/?a=1&amp;b=&quot;2&quot;"');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src/);
    const refused = await ask('POST');
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('has no link to Temporal UI without TEMPORAL_UI_URL', async () => {
    expect((await (await start({ NODE_ENV: 'development' }))()).text).not.toContain('Temporal UI');
  });

  test.each(['GET', 'POST'])('returns 404 in production: %s', async (method) => {
    const { status, body } = await (await start({ NODE_ENV: 'production' }))(method);
    expect({ status, body }).toEqual({
      status: 404,
      body: { success: false, error: expect.objectContaining({ code: 'not_found' }) as object },
    });
  });
});
