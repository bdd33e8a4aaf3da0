/** Plays the requests of public clients of the Workflows API: without `/v1`, with `Rem-Apikey`, and in its words. */
import { ACCEPTANCE_SETUP, ADDRESS, stepUuid, TestApi, type RunJson } from '../support/api';

interface Minted extends RunJson {
  public_url: string;
  execution_url: string;
  token_encoded: string;
  workflow: RunJson;
}

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const NAMES = ['Rem-Apikey', 'Rem-ApiKey', 'rem-apikey'] as const;
/** A request of such a client: the key in its own header and no other. */
const ask = <Result = RunJson>(path: string, body?: object, name = 'Rem-Apikey') =>
  api.call<Result>(path, {
    ...{ bearer: '', headers: { [name]: api.client.key, Accept: 'application/json' } },
    ...(body && { body }),
  });
const create = (more: object = {}) =>
  ask('/workflows', {
    ...{ steps: ['acceptance', 'personal_address'], setup: ACCEPTANCE_SETUP },
    ...more,
  });

describe('the embedded page of a mobile client', () => {
  test.each(NAMES)('opens an unopened run with the header %s', async (name) => {
    const { uuid } = (await create()).body.result;
    const answer = await ask<Minted>(`/workflows/${uuid}/create-token`, undefined, name);
    expect(answer.status).toBe(200);
    const { result } = answer.body;
    expect(result.workflow.status).toBe('pristine');
    expect(result.workflow.steps.map(({ step }) => step)).toEqual([
      'acceptance',
      'personal_address',
    ]);
    expect(result.public_url).toBe(result.execution_url);
    expect(result.public_url).toMatch(/^https:\/\/verify\.example\/r\//);
    expect([result.uuid, result.status]).toEqual([uuid, 'pristine']);
    expect(Buffer.from(decodeURIComponent(result.token_encoded), 'base64').toString()).toBe(
      result['token'],
    );
  });

  test('receives the required fields of the run', async () => {
    const { uuid } = (await create()).body.result;
    const { workflow } = (await ask<Minted>(`/workflows/${uuid}/create-token`)).body.result;
    expect(workflow).toMatchObject({
      ...{ uuid, updated_at: expect.any(String), expires_in: 0, callback_url: null },
      ...{ created_at: expect.any(String), error: null, finished_at: null },
    });
    expect(workflow).not.toHaveProperty('token');
    for (const step of workflow.steps) {
      expect(step).toMatchObject({
        ...{ uuid: expect.any(String), workflow_uuid: uuid, status: 'pending' },
        ...{ created_at: expect.any(String), updated_at: expect.any(String) },
      });
    }
  });

  test('receives in_progress for an opened run and 404 or 401 for other runs and keys', async () => {
    const run = (await create()).body.result;
    const submitted = await ask(`/steps/${stepUuid(run, 0)}/submit`, { data: { accepted: true } });
    expect(submitted.status).toBe(200);
    const { workflow } = (await ask<Minted>(`/workflows/${run.uuid}/create-token`)).body.result;
    expect(workflow.status).toBe('in_progress');
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect((await ask(`/workflows/${nobody}/create-token`)).status).toBe(404);
    const wrong = { bearer: '', headers: { 'Rem-Apikey': 'live_nobody|nothing' } };
    const refused = await api.call(`/workflows/${run.uuid}/create-token`, wrong);
    expect([refused.status, refused.body.error.code]).toEqual([401, 'unauthenticated']);
    const { key } = await api.addClient();
    const others = { bearer: '', headers: { 'Rem-Apikey': key } };
    expect((await api.call(`/workflows/${run.uuid}/create-token`, others)).status).toBe(404);
  });
});

test('a backend creates, lists and reads runs with the statuses of the Workflows API', async () => {
  const callback_url = 'http://127.0.0.1:9/hooks';
  const created = (await create({ callback_url, external_reference_id: 'A-1' })).body.result;
  expect([created.status, created['callback_url']]).toEqual(['pristine', callback_url]);
  expect(created.steps[0]?.status).toBe('pending');
  const { uuid } = created;
  expect((await ask(`/workflows/${uuid}`)).body.result).toEqual(created);
  const listed = await ask<RunJson[]>('/workflows?status=pristine&external_reference_id=A-1');
  expect(listed.body.result).toEqual([created]);
  const plain = (await api.call(`/v1/workflows/${uuid}`)).body.result;
  expect([plain.status, plain['callback_url']]).toEqual(['pending', callback_url]);
  expect((await ask('/workflows?status=pristine&per_page=2&page=1')).status).toBe(200);
  expect((await api.call('/v1/workflows?status=pristine')).status).toBe(400);
});

test('one Idempotency-Key creates one run with and without /v1, with the statuses of each', async () => {
  const body = { steps: ['personal_address'] };
  const call = { body, idempotencyKey: 'both-addresses' };
  const plain = (await api.call('/v1/workflows', call)).body.result;
  const alias = (await api.call('/workflows', call)).body.result;
  expect(alias).toEqual({ ...plain, status: 'pristine' });
});

test('the error of a step has an integer id without /v1 and a uuid with /v1', async () => {
  const steps = ['liveness'];
  const run = (await create({ steps, setup: {}, disable_geolocation: true })).body.result;
  const uuid = stepUuid(run, 0);
  expect((await ask(`/steps/${uuid}`)).body.result).toMatchObject({ error: null });
  const cancelled = await ask(`/workflows/${run.uuid}/actions/cancel`, { by: 'x', reason: 'y' });
  expect(cancelled.status).toBe(200);
  await api.connection
    .collection('runs')
    .updateOne({ _id: run.uuid as never }, { $set: { 'view.steps.0.fault': FAULT } });
  const there = (await ask(`/workflows/${run.uuid}`)).body.result.steps[0]?.error;
  expect(there).toMatchObject({ details: { error_id: expect.any(Number), stack: 'test' } });
  const { error_id } = (there as { details: { error_id: number } }).details;
  expect([Number.isInteger(error_id), error_id < 2 ** 31]).toEqual([true, true]);
  const alone = (await ask<{ error: unknown }>(`/steps/${uuid}`)).body.result;
  expect(alone.error).toEqual(there);
  const here = (await api.call(`/v1/workflows/${run.uuid}`)).body.result.steps[0]?.error;
  expect(here).toMatchObject({ details: { error_id: uuid } });
});

const FAULT = { code: 'test', reason: 'A reason.' };

test.each([
  ['/workflow-templates', 'GET', 200],
  ['/steps', 'GET', 200],
  ['/rule-sets', 'GET', 200],
  ['/knockout-rules', 'GET', 200],
  ['/customizations', 'GET', 200],
  ['/document-templates', 'GET', 200],
  ['/template-bindings?page=1', 'GET', 200],
  ['/connectors', 'GET', 404],
  ['/workflowsx', 'GET', 404],
  ['/session', 'GET', 404],
  ['/workflows/a/b/c', 'GET', 404],
  ['/workflows', 'DELETE', 405],
])('%s with %s returns %s', async (path, method, status) => {
  const call = { method, bearer: '', headers: { 'Rem-Apikey': api.client.key } };
  expect((await api.call(path, call)).status).toBe(status);
});

test('a template creates a run and an expression is validated without /v1', async () => {
  const made = await ask('/workflow-templates', { name: 'Alta', steps: ['personal_address'] });
  expect(made.status).toBe(201);
  expect(made.body.result.steps).toEqual(['personal_address']);
  const run = await ask(`/workflow-templates/${made.body.result.uuid}/workflows`, {});
  expect(run.body.result.status).toBe('pristine');
  const checked = await ask('/expressions/validate', { expression: '1 > 0' });
  expect(checked.body.result).toBe('Ok');
  const done = await ask(`/steps/${stepUuid(run.body.result, 0)}/submit`, { data: ADDRESS });
  expect(done.body.result).toMatchObject({ run: { status: 'success' } });
});

test('Rem-Apikey is accepted under /v1, and a bearer takes precedence', async () => {
  expect((await ask('/v1/workflows')).status).toBe(200);
  const both = { bearer: 'live_nobody|nothing', headers: { 'Rem-Apikey': api.client.key } };
  expect((await api.call('/v1/workflows', both)).status).toBe(401);
  const { uuid } = await api.createRun();
  const { token } = await api.mint(uuid);
  const asToken = { bearer: '', headers: { 'Rem-Apikey': token } };
  expect((await api.call('/v1/session', asToken)).status).toBe(401);
});
