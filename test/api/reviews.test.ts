/** Tests the reviewers' queue and decisions by REST. */
import {
  ACCEPTANCE_SETUP,
  stepUuid,
  TestApi,
  type ProgressJson,
  type RunJson,
} from '../support/api';

interface ReviewPage {
  data: Record<string, unknown>[];
  next_page_url: string | null;
  from: number | null;
  to: number | null;
}

let api: TestApi;
let made = 0;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const queue = (query = '', bearer?: string) =>
  api.call<ReviewPage>(`/v1/reviews${query}`, { bearer });
const act = (run: RunJson, action: string, more: object = {}, bearer?: string) =>
  api.call(`/v1/workflows/${run.uuid}/actions/${action}`, {
    ...{ bearer, body: { by: 'Ana', reason: 'not_legible', ...more } },
  });

const FILES = [
  { collection: 'id', title: 'Identificación', types: ['image/jpeg'], required: false },
];

/** Creates a run whose first step is in review, or the whole run (`null`) after its first step. */
async function inReview(step: 0 | null = 0, bearer?: string): Promise<RunJson> {
  const run = await api.createRun(
    {
      external_reference_id: 'A-1',
      ...(step === 0
        ? {
            steps: ['files_upload', 'acceptance'],
            setup: { ...ACCEPTANCE_SETUP, files_upload: { engine: 'review', files: FILES } },
          }
        : { rule_set_uuid: await undecidable() }),
    },
    { bearer },
  );
  const data = step === 0 ? {} : { accepted: true };
  const { body } = await api.call<ProgressJson>(`/v1/steps/${stepUuid(run, 0)}/submit`, {
    bearer,
    body: { data },
  });
  expect(body.result.run.status).toBe('in_review');
  return run;
}

/** Creates a rule set whose rule can't be evaluated, so that a reviewer decides. */
async function undecidable(): Promise<string> {
  const make = async (path: string, body: object) =>
    (await api.call(path, { body })).body.result.uuid;
  const rule = await make('/v1/knockout-rules', {
    name: `Rule ${(made += 1)}`,
    ...{ template: 'ip > 1', step: 'acceptance' },
  });
  return make('/v1/rule-sets', { name: `Set ${made}`, knockout_rules: [rule] });
}

test('GET /v1/reviews lists open reviews, newest first, and no decided ones', async () => {
  const step = await inReview(0);
  const whole = await inReview(null);
  await api.createRun();
  const { data, from, to } = (await queue()).body.result;
  expect(data).toEqual([
    expect.objectContaining({ workflow_uuid: whole.uuid, step_uuid: null, step: null }),
    {
      ...{ workflow_uuid: step.uuid, step_uuid: stepUuid(step, 0), step: 'files_upload' },
      ...{ custom_id: null, reason: 'manual_review', people_uuid: null },
      ...{ external_reference_id: 'A-1', in_review_since: expect.any(String) as string },
    },
  ]);
  expect([from, to]).toEqual([1, 2]);
  expect((await act(step, 'approve_step')).status).toBe(200);
  expect((await act(whole, 'reject_step')).status).toBe(200);
  expect((await queue()).body.result.data).toEqual([]);
});

test('GET /v1/reviews is paginated, separate for each account and mode, and requires the staff scope', async () => {
  const { key: bearer, account_uuid } = await api.addClient();
  const first = await inReview(0, bearer);
  const second = await inReview(0, bearer);
  const page = (await queue('?per_page=1', bearer)).body.result;
  expect(page.data).toMatchObject([{ workflow_uuid: second.uuid }]);
  expect(page.next_page_url).toMatch(/\/v1\/reviews\?page=2&per_page=1$/);
  const next = (await queue('?page=2&per_page=1', bearer)).body.result;
  expect(next).toMatchObject({ data: [{ workflow_uuid: first.uuid }], next_page_url: null });
  const other = await api.addClient({ account_uuid, mode: 'test' });
  expect((await queue('', other.key)).body.result.data).toEqual([]);
  const reader = await api.addClient({ account_uuid, scopes: ['runs:read', 'runs:write'] });
  expect((await queue('', reader.key)).body.error.code).toBe('forbidden');
  expect((await act(first, 'approve_step', {}, reader.key)).body.error.code).toBe('forbidden');
});

test('a decision is listed and accepted only during a review', async () => {
  const run = await api.createRun();
  expect((await act(run, 'approve_step')).body.error.code).toBe('action_not_allowed');
  const reviewed = await inReview();
  const { result } = (await api.call(`/v1/workflows/${reviewed.uuid}/actions`)).body;
  expect(result).toEqual([
    { action: 'cancel' },
    { action: 'approve_step' },
    { action: 'reject_step' },
  ]);
  const answer = await act(reviewed, 'reject_step', { channel: 'sms' });
  expect(answer.body.error.details).toMatchObject([{ path: 'channel' }]);
});

test('a rejection is the error of step and run, with the reason of the reviewer', async () => {
  const run = await inReview();
  await act(run, 'reject_step');
  const { result } = (await api.call(`/v1/workflows/${run.uuid}`)).body;
  const details = { stack: 'rejected_by_reviewer', reason: 'A reviewer rejected it: not_legible' };
  const error = { extra: { reason: 'not_legible' }, details };
  expect(result).toMatchObject({ status: 'rejected', reason: 'rejected_by_reviewer', error });
  expect(result.steps[0]).toMatchObject({ status: 'rejected', error });
});
