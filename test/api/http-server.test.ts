/** Tests that unreadable requests get errors in the usual format, and that slow clients are disconnected. */
import { connect } from 'node:net';
import { requireDocumented } from '../support/documented';
import { TestApi, type Answered } from '../support/api';
import { dropStore } from '../support/store';
import { stopServer } from '../../src/api/server/server';

/** Time limits for clients of this server, in milliseconds. */
const PATIENCE = { headersMs: 150, requestMs: 300 };

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start(undefined, undefined, PATIENCE);
});
afterAll(() => api.stop());

/** Returns everything that the server sends until it closes the connection. */
function send(text: string): Promise<{ status: number; head: string; body: string }> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(api.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.once('error', reject);
    socket.once('close', () => {
      const [head = '', body = ''] = answer.split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1]), head, body });
    });
  });
}

const GET = 'GET /v1/workflows HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n';

test.each([
  ['headers beyond 16 KiB', `${GET}X-Long: ${'x'.repeat(17_000)}\r\n\r\n`, 413, 'too_large'],
  [
    'an address beyond 16 KiB',
    `GET /v1/workflows?phone=${'x'.repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    413,
    'too_large',
  ],
  ['no HTTP at all', 'NONSENSE\r\n\r\n', 400, 'validation_failed'],
  ['a header without a name', `${GET}: x\r\n\r\n`, 400, 'validation_failed'],
  [
    'two lengths of one body',
    `POST /v1/workflows HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{`,
    400,
    'validation_failed',
  ],
  ['no host', 'GET /v1/workflows HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'validation_failed'],
  ['two hosts', `${GET}Host: b\r\n\r\n`, 400, 'validation_failed'],
  ['headers that do not come to an end', `${GET}X-Slow: `, 400, 'validation_failed'],
  ['an expectation of its own', `${GET}Expect: a-miracle\r\n\r\n`, 401, 'unauthenticated'],
])('%s: %#', async (_what, text, status, code) => {
  const { status: given, head, body } = await send(text);
  const parsed = JSON.parse(body) as Answered<never>['body'];
  expect([given, parsed.success, parsed.error.code]).toEqual([status, false, code]);
  expect(parsed.error.details).toEqual([]);
  expect(head.toLowerCase()).toContain(`x-request-id: ${parsed.error.request_id}`);
  expect(head.toLowerCase()).toContain('content-type: application/json');
  requireDocumented({ method: 'GET', path: '/v1/workflows' }, status, parsed);
});

test.each(['/V1/workflows', '/v1/Workflows', '/v1/workflows/', '/healthz/'])(
  '%s is not there: an address has one spelling',
  async (path) => {
    expect((await api.call(path)).status).toBe(404);
    const known = path.toLowerCase().replace(/\/$/, '');
    expect((await api.call(known)).status).toBe(200);
  },
);

test('a body that does not come to an end holds its connection no longer than the server has patience', async () => {
  const { key } = api.client;
  const start = `POST /v1/workflows HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
  const { status, body } = await send(start);
  expect([status, (JSON.parse(body) as Answered<never>['body']).error.code]).toEqual([
    400,
    'validation_failed',
  ]);
});

test('the log reports them without their content', async () => {
  api.logs = '';
  await send(`${GET}X-Secret: ${'Typed'.repeat(4_000)}\r\n\r\n`);
  expect(api.logs).toContain('a request could not be read');
  expect(api.logs).not.toContain('Typed');
});

test('a server that is told to stop answers what is under way, takes nothing else and does not wait for who is silent', async () => {
  const stopping = await TestApi.start();
  const run = await stopping.createRun();
  let open = (): void => undefined;
  stopping.gateway.gate = new Promise((resolve) => (open = resolve));
  const opening = jest.spyOn(stopping.gateway, 'open');
  const path = `/v1/workflows/${run.uuid}/start`;
  const slow = stopping.call(path, { body: {} });
  while (opening.mock.calls.length === 0) await new Promise(setImmediate);
  const stopped = stopServer(stopping.server);
  await expect(stopping.call('/healthz')).rejects.toThrow();
  open();
  expect((await slow).status).toBe(200);
  const startedAt = performance.now();
  await stopped;
  // Node itself would keep the connection for five seconds.
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  await dropStore(stopping.connection);
});
