/** Tests the API's documents and security headers. */
import { TestApi } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

test('GET /openapi.json returns the document with the URL of this installation', async () => {
  const { status, text } = await api.call('/openapi.json', { bearer: '' });
  const document = JSON.parse(text) as { openapi: string; servers: { url: string }[] };
  expect([status, document.openapi]).toEqual([200, '3.1.0']);
  expect(document.servers).toEqual([{ url: 'https://verify.example' }]);
});

test('GET /docs returns a page that loads its files only from this server', async () => {
  const { text, headers } = await api.call('/docs', { bearer: '' });
  const sources = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '');
  expect(sources.length).toBe(3);
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  for (const source of sources) {
    expect((await api.call(source, { bearer: '' })).status).toBe(200);
    expect(source.startsWith('/docs/')).toBe(true);
  }
  expect((await api.call('/docs', { method: 'POST', bearer: '' })).status).toBe(405);
});

test('responses forbid framing, content sniffing and caching', async () => {
  const { headers } = await api.call('/v1/workflows');
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'strict-transport-security': expect.stringContaining('max-age='),
  });
});

test.each([
  ['/v1/session', 'https://bank.example', 'https://bank.example'],
  ['/v1/session', 'https://evil.example', null],
  ['/v1/workflows', 'https://bank.example', null],
])('%s for pages of %s returns the CORS origin %s', async (path, origin, allowed) => {
  const headers = { origin, 'access-control-request-method': 'GET' };
  const preflight = await api.call(path, { method: 'OPTIONS', headers });
  expect(preflight.headers.get('access-control-allow-origin')).toBe(allowed);
  const { headers: given } = await api.call(path, { headers: { origin } });
  expect(given.get('access-control-allow-origin')).toBe(allowed);
  expect(given.get('access-control-allow-credentials')).toBeNull();
});

test('a live key above the rate limit receives 429 with Retry-After, and a test key does not', async () => {
  const slow = await TestApi.start(undefined, { RATE_LIMIT: 3 });
  try {
    const ask = (bearer?: string) =>
      Promise.all(Array.from({ length: 12 }, () => slow.call('/v1/workflows', { bearer })));
    const statuses = (await ask()).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    const refused = (await ask()).find(({ status }) => status === 429);
    expect(refused?.body.error.code).toBe('rate_limited');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    const { account_uuid } = slow.client;
    const { key } = await slow.addClient({ account_uuid, mode: 'test' });
    expect(new Set((await ask(key)).map(({ status }) => status))).toEqual(new Set([200]));
  } finally {
    await slow.stop();
  }
});
