/** Tests the Prometheus metrics of the API. */
import { TestApi } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

test('metrics count requests by pattern and status and failures by code, without ids', async () => {
  const run = await api.createRun();
  await api.call(`/v1/workflows/${run.uuid}`);
  await api.call('/v1/workflows/nobody-s');
  await api.call('/nowhere/4111111111111111');
  const text = await api.deps.metrics.read();
  const count = (route: string, status: number) =>
    new RegExp(
      `cerciora_http_request_seconds_count\\{[^}]*route="${route}",status="${status}"\\} (\\d+)`,
    ).exec(text)?.[1];
  expect(count('/v1/workflows/:uuid', 200)).toBe('1');
  expect(count('/v1/workflows/:uuid', 404)).toBe('1');
  expect(count('unknown', 404)).toBe('1');
  expect(text).toContain('cerciora_http_failures_total{code="not_found"} 2');
  expect(text).toContain('cerciora_http_requests_under_way 0');
  for (const hidden of [run.uuid, api.client.account_uuid, 'nobody-s', '4111111111111111']) {
    expect(text).not.toContain(hidden);
  }
});

test('metrics are served on their own port, which returns 404 for other paths', async () => {
  const server = await api.deps.metrics.serve(0);
  const { port } = server.address() as { port: number };
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  expect(await answer.text()).toContain('process_resident_memory_bytes');
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  server.close();
});
