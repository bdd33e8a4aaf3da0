/**
 * Tests that logs only contain ids, address patterns and statuses. Redaction is off here, so that it can't hide an
 * error.
 */
import { ADDRESS, stepUuid, TestApi } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

interface Line {
  msg: string;
  [field: string]: unknown;
}
const lines = () =>
  api.logs
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

test('each request is logged in one line with its id, pattern, status, time, account and run', async () => {
  const run = await api.createRun();
  api.logs = '';
  await api.call(`/v1/workflows/${run.uuid}?x=1`, { headers: { 'x-request-id': 'r-1' } });
  expect(lines()).toEqual([
    expect.objectContaining({
      msg: 'request',
      request_id: 'r-1',
      method: 'GET',
      route: '/v1/workflows/:uuid',
      status: 400,
      ms: expect.any(Number),
      account_uuid: api.client.account_uuid,
    }),
  ]);
  api.logs = '';
  await api.call(`/v1/workflows/${run.uuid}`);
  expect(lines()).toEqual([expect.objectContaining({ status: 200, run_uuid: run.uuid })]);
});

test('no typed or secret value is logged, even when requests fail', async () => {
  const secrets = [
    'Typed-Street',
    'Typed-Note',
    'Typed-Text',
    'Typed-Reference',
    'Typed-Query',
    'Typed-Address',
    '99.1234',
  ];
  const run = await api.createRun({
    external_reference_id: 'Typed-Reference',
    metadata: { note: 'Typed-Note' },
    setup: { acceptance: { text: 'Typed-Text', version: '1' } },
  });
  const { token, token_encoded, execution_url } = await api.mint(run.uuid);
  const path = new URL(execution_url).pathname;
  const data = { ...ADDRESS, street: 'Typed-Street' };
  const submit = (index: number, sent: unknown, raw?: string) =>
    api.call(`/v1/session/steps/${stepUuid(run, index)}/submit`, {
      bearer: token,
      ...(raw === undefined
        ? { body: { data: sent, coordinates: [-99.1234, 19] } }
        : { raw, headers: { 'content-type': 'application/json' } }),
    });
  await api.call(path);
  await api.call(`${path}/Typed-Address?Typed-Query=Typed-Query`);
  await api.call(`/v1/workflows?Typed-Query=Typed-Query`);
  await api.call('/v1/session', { bearer: token_encoded });
  await submit(0, { accepted: true, 'Typed-Street': 'Typed-Street' });
  await submit(0, null, '{"data": {"street": "Typed-Street"');
  await submit(1, data);
  await submit(0, { accepted: true });
  for (const trouble of ['broken', 'down', 'busy', 'answers_lost', null] as const) {
    api.gateway.trouble = trouble;
    await submit(1, data);
    await api.call('/v1/workflows', {
      body: { steps: ['personal_address'], metadata: { note: 'Typed-Note' } },
    });
  }
  const link = path.split('/').at(-1) ?? '';
  const [keySecret, tokenSecret] = [api.client.key, token].map((text) => text.split('|')[1] ?? '');
  expect(lines().length).toBeGreaterThan(15);
  for (const secret of [...secrets, link, keySecret, tokenSecret, token_encoded]) {
    expect(api.logs).not.toContain(secret);
  }
});
