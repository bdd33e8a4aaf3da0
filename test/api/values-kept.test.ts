/** Tests that values are returned as sent or refused with their path. */
import { stepUuid, TestApi, type RunJson } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const post = (path: string, raw: string) =>
  api.call(path, { raw, headers: { 'content-type': 'application/json' } });
const SETUP = '"steps":["acceptance"],"setup":{"acceptance":{"text":"A","version":"1"}}';
const details = ({ body }: { body: { error: { details: object[] } } }) => body.error.details;

test.each([
  ['metadata.order_id', 'is too large', '"metadata":{"order_id":1546130668394913822}'],
  ['metadata.n', 'is too large', '"metadata":{"n":1e400}'],
  ['metadata.a.0.b', 'is too large', '"metadata":{"a":[{"b":-9007199254740993}]}'],
  ['external_reference_id', 'is too large', '"external_reference_id":1546130668394913822'],
  [
    ...(['metadata.d', 'has more digits than can be kept'] as const),
    '"metadata":{"d":0.12345678901234567891}',
  ],
  [
    ...(['external_reference_id', 'holds half a character (a lone surrogate)'] as const),
    '"external_reference_id":"x\\ud800"',
  ],
])('a creation is refused at %s, which %s', async (path, message, field) => {
  const answer = await post('/v1/workflows', `{${SETUP},${field}}`);
  expect([answer.status, answer.body.error.code]).toEqual([400, 'validation_failed']);
  expect(details(answer)).toEqual([{ path, message }]);
});

test.each([
  [
    'workflow-templates',
    '"steps":["acceptance"],"config":{"metadata":{"n":1e400}}',
    'config.metadata.n',
  ],
  ['customizations', '"values":{"acceptance":{"n":9007199254740993}}', 'values.acceptance.n'],
])('a configuration at %s is refused with an inexact number', async (where, fields, path) => {
  const answer = await post(`/v1/${where}`, `{"name":"N",${fields}}`);
  expect([answer.status, details(answer)]).toEqual([400, [{ path, message: 'is too large' }]]);
});

test('numbers that JavaScript represents exactly are returned as sent', async () => {
  const metadata = '{"id":9007199254740991,"n":-0.1,"big":100000000000000000000,"t":"1e400"}';
  const answer = await post('/v1/workflows', `{${SETUP},"metadata":${metadata}}`);
  expect(answer.status).toBe(200);
  expect(answer.text).toContain(`"metadata":${metadata}`);
});

test('two large numbers under one Idempotency-Key are not one request', async () => {
  for (const id of ['1546130668394913822', '1546130668394913823']) {
    const answer = await api.call('/v1/workflows', {
      raw: `{${SETUP},"metadata":{"id":${id}}}`,
      headers: { 'content-type': 'application/json' },
      idempotencyKey: 'big-numbers-1',
    });
    expect([id, answer.status]).toEqual([id, 400]);
  }
});

test('a submission with an inexact number or half a character returns submission_refused', async () => {
  const field = { key: 'n', label: 'N', type: 'number' };
  const text = { key: 't', label: 'T', type: 'textarea' };
  const form = await api.call('/v1/forms', { body: { name: 'F', fields: [field, text] } });
  const setup = { custom_form: { form_uuid: form.body.result.uuid.toUpperCase() } };
  const run = await api.createRun({ steps: ['custom_form'], setup });
  const submit = (data: string) => post(`/v1/steps/${stepUuid(run, 0)}/submit`, `{"data":${data}}`);
  const cases = [
    ['{"n":1546130668394913822}', 'data.n', 'is too large'],
    ['{"t":"a\\ud800"}', 'data.t', 'must have no control or text direction characters'],
  ] as const;
  for (const [data, path, message] of cases) {
    const answer = await submit(data);
    expect([answer.status, answer.body.error.code]).toEqual([422, 'submission_refused']);
    expect(details(answer)).toEqual([{ path, message }]);
  }
  expect((await submit('{"n":1e20,"t":"Jose\\u0301"}')).status).toBe(200);
});

test('a reference is returned as given and found in composed and decomposed form', async () => {
  const [composed, decomposed] = ['Núñez-1', 'Nu\u0301n\u0303ez-1'];
  const made = await api.createRun({ external_reference_id: decomposed });
  expect(made['external_reference_id']).toBe(decomposed);
  for (const text of [composed, decomposed]) {
    const query = new URLSearchParams({ external_reference_id: text });
    const found = await api.call<RunJson[]>(`/v1/workflows?${query.toString()}`);
    expect(found.body.result.map(({ uuid }) => uuid)).toEqual([made.uuid]);
  }
});

test.each([
  'created_after=2020-01-01T00:00:00+00:00',
  'created_before=2099-01-01T00:00:00+05:30',
  'created_after=2020-01-01T00:00:00%2B00:00',
  'phone=+525512347777',
  'phone=%2B525512347777',
  'phone=+5215512347777',
  'email=ana+tag@example.com',
  'email=ana%2Btag@example.com',
])('a + in %s is a plus sign, escaped or not', async (query) => {
  const { uuid } = await api.createRun({ phone: '+525512347777', email: 'ana+tag@example.com' });
  const found = await api.call<RunJson[]>(`/v1/workflows?${query}&per_page=1`);
  expect([found.status, found.body.result[0]?.uuid]).toEqual([200, uuid]);
});

test.each(['created_after=2020-01-01 00:00:00', 'phone=525512347777', 'email=a b', 'phone=+52'])(
  'the query %s is refused with the name of its parameter',
  async (query) => {
    const { status, body } = await api.call(`/v1/workflows?${query.replaceAll(' ', '%20')}`);
    expect([status, body.error.details[0]?.path]).toEqual([400, query.split('=')[0]]);
  },
);
