import {
  ACCEPTANCE_SETUP,
  ADDRESS,
  stepUuid,
  TestApi,
  type RunJson,
  type StepJson,
} from '../support/api';

interface PageJson<Item> {
  current_page: number;
  data: Item[];
  from: number | null;
  to: number | null;
  per_page: number;
  next_page_url: string | null;
  prev_page_url: string | null;
}
interface EventJson {
  number: number;
  at: string;
  type: string;
  actor: string;
  step_uuid: string | null;
  data: Record<string, unknown>;
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z$/;

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const submit = (uuid: string, data: unknown) =>
  api.call(`/v1/steps/${uuid}/submit`, { body: { data } });

describe('a created run', () => {
  test('accepts unknown fields in its setups', async () => {
    const acceptance = { ...ACCEPTANCE_SETUP.acceptance, user_id: 'mine' };
    const run = await api.createRun({ setup: { acceptance, enroll_full: { user_id: 'mine' } } });
    const step = await api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, {
      body: { data: { accepted: true } },
    });
    expect(step.status).toBe(200);
  });

  test('returns every field of the Workflows API', async () => {
    const run = await api.createRun({
      people_uuid: 'cf455647-34ad-4bf2-900a-83f385b07927',
      responsible_uuid: 'cf455647-34ad-4bf2-900a-83f385b07928',
      external_reference_id: 123456789,
      metadata: { user_id: 'u', location: 'US' },
      expires_in: 60,
      abandon_after: 30,
      disable_geolocation: true,
      language: 'pt',
    });
    expect(run).toEqual({
      uuid: expect.any(String),
      responsible_uuid: 'cf455647-34ad-4bf2-900a-83f385b07928',
      people_uuid: 'cf455647-34ad-4bf2-900a-83f385b07927',
      personal_data_erased_at: null,
      status: 'pending',
      disable_geolocation: true,
      started_at: null,
      finished_at: null,
      lead_uuid: null,
      credit_uuid: null,
      skip_steps: null,
      error: null,
      external_reference_id: 123456789,
      callback_at: null,
      callback_url: null,
      expires_in: 60,
      metadata: { user_id: 'u', location: 'US' },
      template_binding_uuid: null,
      rule_set_uuid: null,
      document_uuid: null,
      user_email: null,
      updated_at: expect.stringMatching(TIMESTAMP),
      created_at: expect.stringMatching(TIMESTAMP),
      mode: 'live',
      language: 'pt',
      abandon_after: 30,
      recovery: null,
      waiting_for: 'person',
      deadline_at: expect.stringMatching(TIMESTAMP),
      on_deadline: 'expire',
      reason: null,
      restarted_from: null,
      steps: ['acceptance', 'personal_address'].map((step) => ({
        uuid: expect.any(String),
        workflow_uuid: run.uuid,
        custom_id: null,
        coordinates: [],
        error: null,
        metadata: { name: step, title: expect.any(String), description: expect.any(String) },
        status: 'pending',
        step,
        started_at: null,
        finished_at: null,
        payload: null,
        updated_at: expect.stringMatching(TIMESTAMP),
        created_at: expect.stringMatching(TIMESTAMP),
      })),
    });
  });

  test('is read immediately as it was returned', async () => {
    const run = await api.createRun({ external_reference_id: 'CURP-1' });
    expect((await api.call(`/v1/workflows/${run.uuid}`)).body.result).toEqual(run);
    expect((await api.call(`/v1/workflows/${run.uuid.toUpperCase()}`)).body.result).toEqual(run);
  });

  test('can have a step twice under custom ids, each with its own setup', async () => {
    const setup = {
      ...ACCEPTANCE_SETUP,
      privacy: { text: 'Privacidad', version: '2' },
      unused: { a: 1 },
    };
    const run = await api.createRun({
      steps: ['acceptance', { step: 'acceptance', custom_id: 'privacy' }],
      setup,
    });
    expect(run.steps.map((step) => step.custom_id)).toEqual([null, 'privacy']);
    await submit(stepUuid(run, 0), { accepted: true });
    await submit(stepUuid(run, 1), { accepted: true });
    const { result } = (await api.call(`/v1/workflows/${run.uuid}`)).body;
    expect(result.steps.map((step) => step.payload?.['version'])).toEqual(['1', '2']);
  });

  test('waits for its person before its first step unless start is immediate', async () => {
    const startOf = (uuid: string) =>
      api.gateway.started.get(uuid)?.input.created.data.settings.start;
    expect(startOf((await api.createRun()).uuid)).toBe('on_open');
    expect(startOf((await api.createRun({ start: 'immediate' })).uuid)).toBe('immediate');
  });

  test('has a hash of its reference for Temporal that differs between accounts', async () => {
    const reference = { external_reference_id: 'CURP-2' };
    const other = await api.addClient();
    const runs = [
      await api.createRun(reference),
      await api.createRun(reference),
      await api.createRun(reference, { bearer: other.key }),
    ];
    const [first, second, foreign] = runs.map(
      ({ uuid }) => api.gateway.started.get(uuid)?.external_reference_hash,
    );
    expect(first).toEqual(expect.stringMatching(/^[\w-]{43}$/));
    expect(second).toBe(first);
    expect(foreign).not.toBe(first);
  });

  test('has its personal data encrypted in MongoDB and Temporal', async () => {
    const { uuid } = await api.createRun({
      external_reference_id: 'CURP-3',
      metadata: { note: 'very-private' },
    });
    const stored = JSON.stringify([
      await api.deps.runs.findWithEvents(uuid),
      api.gateway.started.get(uuid),
    ]);
    expect(stored).not.toMatch(/CURP-3|very-private|Acepto/);
  });
});

describe('a list of runs', () => {
  const ids = (runs: RunJson[]) => runs.map((run) => run.uuid);

  test('is an array, newest first, in pages', async () => {
    const { key } = await api.addClient();
    const created: RunJson[] = [];
    for (let index = 0; index < 12; index += 1)
      created.push(await api.createRun({}, { bearer: key }));
    const page = async (query: string) =>
      (await api.call<RunJson[]>(`/v1/workflows${query}`, { bearer: key })).body.result;
    const all = await page('?per_page=100');
    expect(new Set(ids(all))).toEqual(new Set(ids(created)));
    const times = all.map((run) => String(run['created_at']));
    expect(times).toEqual([...times].sort().reverse());
    expect(ids(await page(''))).toEqual(ids(all.slice(0, 10)));
    expect(ids(await page('?page=3&per_page=5'))).toEqual(ids(all.slice(10)));
    expect(await page('?page=4&per_page=5')).toEqual([]);
  });

  test('contains no runs of another account or mode', async () => {
    const other = await api.addClient();
    const test = await api.addClient({ account_uuid: api.client.account_uuid, mode: 'test' });
    await api.createRun();
    for (const bearer of [other.key, test.key]) {
      expect((await api.call<RunJson[]>('/v1/workflows', { bearer })).body.result).toEqual([]);
    }
  });
});

describe('a timeline', () => {
  test('lists events in order, with their actors and without personal data', async () => {
    const run = await api.createRun({ metadata: { note: 'private' } });
    await submit(stepUuid(run, 0), { accepted: true });
    await submit(stepUuid(run, 1), ADDRESS);
    const { text, body } = await api.call<PageJson<EventJson>>(`/v1/workflows/${run.uuid}/events`);
    const { data } = body.result;
    expect(data.map(({ number, type, actor }) => `${number} ${type} ${actor}`)).toEqual([
      '1 run_created integrator',
      '2 run_opened integrator',
      '3 step_started system',
      '4 submission_accepted integrator',
      '5 step_succeeded system',
      '6 step_started system',
      '7 submission_accepted integrator',
      '8 step_succeeded system',
      '9 run_succeeded system',
    ]);
    expect(data.every((event) => TIMESTAMP.test(event.at))).toBe(true);
    expect(data[4]?.step_uuid).toBe(stepUuid(run, 0));
    expect(text).not.toMatch(/settings|private|Acepto|Calle/);
  });

  test('is paginated with links to the next and previous page', async () => {
    const run = await api.createRun();
    await submit(stepUuid(run, 0), { accepted: true });
    const path = `/v1/workflows/${run.uuid}/events`;
    const page = async (query: string) =>
      (await api.call<PageJson<EventJson>>(path + query)).body.result;
    const url = (number: number) => `https://verify.example${path}?page=${number}&per_page=4`;
    expect(await page('?per_page=4')).toMatchObject({
      current_page: 1,
      from: 1,
      to: 4,
      per_page: 4,
      prev_page_url: null,
      next_page_url: url(2),
    });
    expect(await page('?page=2&per_page=4')).toMatchObject({
      from: 5,
      to: 6,
      prev_page_url: url(1),
      next_page_url: null,
    });
    expect((await page('?page=2&per_page=4')).data.map((event) => event.number)).toEqual([5, 6]);
    expect(await page('?page=9')).toMatchObject({
      data: [],
      from: null,
      to: null,
      next_page_url: null,
    });
    expect(await page('')).toMatchObject({ per_page: 20 });
  });
});

describe('the catalogue', () => {
  test('lists the step types with their schemas', async () => {
    const { result } = (await api.call<Record<string, unknown>[]>('/v1/steps')).body;
    expect(result[0]).toEqual({
      key: 'acceptance',
      title: expect.any(String),
      description: expect.any(String),
      setup_required: true,
      requires_people: false,
      setup: expect.objectContaining({ type: 'object', required: ['text', 'version'] }) as object,
      allow_multiple: true,
      geolocation: false,
    });
  });
});

describe('an action with If-Match', () => {
  test('returns 412 when the workflow has changed', async () => {
    const run = await api.createRun();
    const path = `/v1/workflows/${run.uuid}`;
    const etag = (await api.call(path)).headers.get('etag') ?? '';
    expect((await api.call(path)).headers.get('etag')).toBe(etag);
    await submit(stepUuid(run, 0), { accepted: true });
    const act = (tag: string) =>
      api.call(`${path}/actions/cancel`, {
        body: { by: 'Ana', reason: 'test' },
        headers: { 'if-match': tag },
      });
    const stale = await act(etag);
    expect([stale.status, stale.body.error.code]).toEqual([412, 'precondition_failed']);
    const fresh = (await api.call(path)).headers.get('etag') ?? '';
    expect(fresh).not.toBe(etag);
    expect((await act(fresh)).status).toBe(200);
  });
});

describe('a step', () => {
  test('is returned as it is in its run', async () => {
    const run = await api.createRun();
    await submit(stepUuid(run, 0), { accepted: true });
    const whole = (await api.call(`/v1/workflows/${run.uuid}`)).body.result;
    const step = (await api.call<StepJson>(`/v1/steps/${stepUuid(run, 0)}`)).body.result;
    expect(step).toEqual(whole.steps[0]);
    expect(step).toMatchObject({ status: 'success', payload: { accepted: true, version: '1' } });
  });
});

describe('a cancellation', () => {
  const cancel = (
    run: RunJson,
    body: unknown = { by: 'Ana', reason: 'wrong person' },
    action = 'cancel',
  ) => api.call(`/v1/workflows/${run.uuid}/actions/${action}`, { body });
  const actions = async (run: RunJson) =>
    (await api.call(`/v1/workflows/${run.uuid}/actions`)).body.result;

  test('is listed, ends the run with its reason, and is then neither listed nor accepted', async () => {
    const run = await api.createRun();
    expect(await actions(run)).toEqual([{ action: 'cancel' }]);
    const { status, body } = await cancel(run);
    expect({ status, result: body.result }).toMatchObject({
      status: 200,
      result: {
        step: null,
        run: { uuid: run.uuid, status: 'cancelled', current_step_uuid: null, waiting_for: null },
      },
    });
    const { result } = (await api.call(`/v1/workflows/${run.uuid}`)).body;
    expect(result).toMatchObject({ status: 'cancelled', reason: 'wrong person', error: null });
    expect(result.steps.map((step) => step.status)).toEqual(['cancelled', 'cancelled']);
    expect(await actions(run)).toEqual([]);
    expect((await cancel(run)).body.error.code).toBe('action_not_allowed');
  });

  test('with a key without the staff scope is recorded for the integrator and requires only runs:write', async () => {
    const { key } = await api.addClient({
      account_uuid: api.client.account_uuid,
      scopes: ['runs:write'],
    });
    const run = await api.createRun();
    const path = `/v1/workflows/${run.uuid}/actions/cancel`;
    expect((await api.call(path, { bearer: key, body: { by: 'Ana', reason: 'r' } })).status).toBe(
      200,
    );
    expect(api.gateway.messages.at(-1)).toMatchObject({ action: 'cancel', actor: 'integrator' });
  });

  test.each([
    [{ by: 'Ana' }, 'reason'],
    [{ reason: 'r' }, 'by'],
    [{ by: '', reason: 'r' }, 'by'],
    [{ by: 'Ana', reason: 'x'.repeat(201) }, 'reason'],
    [{ by: 'Ana', reason: 'lone \ud800' }, 'reason'],
    [{ by: 'Ana\0', reason: 'r' }, 'by'],
    [{ by: 'Ana', reason: 'r', force: true }, 'force'],
  ])('with %j is refused with the name of the field', async (body, path) => {
    const answer = await cancel(await api.createRun(), body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.details.map((detail) => detail.path)).toContain(path);
  });

  test('with another action returns 404', async () => {
    expect((await cancel(await api.createRun(), {}, 'explode')).status).toBe(404);
  });
});

test('a run whose key was destroyed is returned without personal data', async () => {
  const run = await api.createRun({ metadata: { a: 1 }, external_reference_id: 'R' });
  await submit(stepUuid(run, 0), { accepted: true });
  const none = jest.spyOn(api.deps.runKeys, 'find').mockResolvedValue(null);
  const { status, body } = await api.call(`/v1/workflows/${run.uuid}`);
  none.mockRestore();
  expect(status).toBe(200);
  expect(body.result).toMatchObject({
    metadata: null,
    external_reference_id: null,
    status: 'in_progress',
  });
  expect(body.result.steps[0]).toMatchObject({ status: 'success', payload: null, coordinates: [] });
});
