import {
  ADDRESS,
  stepUuid,
  TestApi,
  type ProgressJson,
  type RunJson,
  type StepJson,
} from '../support/api';

interface SessionJson extends Record<string, unknown> {
  run: {
    uuid: string;
    status: string;
    current_step_uuid: string | null;
    waiting_for: string | null;
  };
  step: (StepJson & { setup: unknown }) | null;
}

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

/** A run with its person, who calls by token. */
async function open(body: Record<string, unknown> = {}) {
  const run = await api.createRun(body);
  const { token } = await api.mint(run.uuid);
  const submit = (index: number, data: unknown, rest: object = {}, headers = {}) =>
    api.call<ProgressJson>(`/v1/session/steps/${stepUuid(run, index)}/submit`, {
      bearer: token,
      body: { data, ...rest },
      headers,
    });
  const start = (sent: object = {}) =>
    api.call<ProgressJson>('/v1/session/start', { bearer: token, body: sent });
  const session = async () =>
    (await api.call<SessionJson>('/v1/session', { bearer: token })).body.result;
  const read = async () => (await api.call(`/v1/workflows/${run.uuid}`)).body.result;
  return { run, token, submit, start, session, read };
}

describe('a session', () => {
  test('tells a page all it needs, and changes nothing', async () => {
    const { run, session, read } = await open({ language: 'en' });
    const before = await read();
    expect(await session()).toMatchObject({
      run: {
        uuid: run.uuid,
        status: 'pending',
        current_step_uuid: stepUuid(run, 0),
        waiting_for: 'person',
      },
      step: {
        uuid: stepUuid(run, 0),
        step: 'acceptance',
        setup: { text: 'Acepto los términos.', version: '1' },
      },
      account: { name: 'Banco Ejemplo' },
      purpose: 'Identity verification',
      language: 'en',
      attempts_left: null,
      asks_for_phone: false,
      may_postpone: false,
      redirect_url: null,
    });
    expect(await read()).toEqual(before);
  });

  test('carries its person from the start to the end', async () => {
    const { run, start, submit, session, read } = await open();
    const started = await start();
    expect(started.status).toBe(200);
    expect(started.body.result).toEqual({
      step: expect.objectContaining({
        uuid: stepUuid(run, 0),
        status: 'in_progress',
        payload: null,
      }),
      run: {
        uuid: run.uuid,
        status: 'in_progress',
        current_step_uuid: stepUuid(run, 0),
        waiting_for: 'person',
        deadline_at: null,
      },
    });
    const accepted = await submit(0, { accepted: true });
    expect(accepted.body.result).toMatchObject({
      step: {
        uuid: stepUuid(run, 0),
        status: 'success',
        payload: { accepted: true, version: '1' },
      },
      run: { status: 'in_progress', current_step_uuid: stepUuid(run, 1) },
    });
    expect((await session()).step).toMatchObject({ uuid: stepUuid(run, 1), setup: {} });
    const done = await submit(1, ADDRESS);
    expect(done.body.result).toMatchObject({
      step: { status: 'success', payload: { ...ADDRESS, country: 'MX' } },
      run: { status: 'success', current_step_uuid: null, waiting_for: null },
    });
    expect(await session()).toMatchObject({ run: { status: 'success' }, step: null });
    expect(await read()).toMatchObject({ status: 'success', finished_at: expect.any(String) });
  });

  test('opens with its first submission where it was not started', async () => {
    const { submit, read } = await open();
    expect((await submit(0, { accepted: true })).status).toBe(200);
    expect(await read()).toMatchObject({ status: 'in_progress', started_at: expect.any(String) });
  });

  test("is a backend's as well, by key", async () => {
    const { run } = await open();
    const started = await api.call<ProgressJson>(`/v1/workflows/${run.uuid}/start`, { body: {} });
    expect(started.body.result.run.status).toBe('in_progress');
    const client = { ip: '203.0.113.7', user_agent: 'App/1.0' };
    const { body } = await api.call<ProgressJson>(`/v1/steps/${stepUuid(run, 0)}/submit`, {
      body: { data: { accepted: true }, client },
    });
    expect(body.result.step?.payload).toMatchObject(client);
    expect(api.gateway.messages.slice(-2)).toMatchObject([
      { actor: 'integrator' },
      { actor: 'integrator' },
    ]);
  });
});

describe('a submission', () => {
  test('records where it came from, the proxy believed once', async () => {
    const { submit } = await open();
    const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9', 'user-agent': 'Phone/2' };
    const { body } = await submit(0, { accepted: true }, {}, headers);
    expect(body.result.step?.payload).toMatchObject({ ip: '203.0.113.9', user_agent: 'Phone/2' });
  });

  test.each([
    ['a wrong value', { accepted: false }, 'data.accepted'],
    ['an unknown field', { accepted: true, extra: 1 }, 'data.extra'],
    ['nothing in it', {}, 'data.accepted'],
    ['a text', 'yes', 'data'],
    ['null', null, 'data'],
    ['no data', undefined, 'data'],
  ])('with %s is refused by its path and costs nothing', async (_what, data, path) => {
    const { run, submit, read } = await open();
    const { status, body } = await submit(0, data);
    expect({ status, code: body.error.code }).toEqual({ status: 422, code: 'submission_refused' });
    expect(body.error.details.map((detail) => detail.path)).toContain(path);
    expect(await read()).toMatchObject({ status: 'pending' });
    expect((await api.deps.runs.findWithEvents(run.uuid))?.submissions).toEqual({});
  });

  test('to an address says which field is wrong', async () => {
    const { submit } = await open({ steps: ['personal_address'] });
    const { body } = await submit(0, { ...ADDRESS, zip_code: '1' });
    expect(body.error.details).toEqual([
      { path: 'data.zip_code', message: 'no es un código postal de ese país' },
    ]);
    expect(JSON.stringify(body)).not.toContain('Falsa');
  });

  test('to a step whose turn it is not is step_not_current, before and after it', async () => {
    const { run, submit } = await open();
    const early = await submit(1, ADDRESS);
    expect({ status: early.status, code: early.body.error.code }).toEqual({
      status: 409,
      code: 'step_not_current',
    });
    expect((await api.deps.runs.findWithEvents(run.uuid))?.submissions).toEqual({});
    await submit(0, { accepted: true });
    const late = await submit(0, { accepted: true });
    expect({ status: late.status, code: late.body.error.code }).toEqual({
      status: 409,
      code: 'step_not_current',
    });
    expect(
      Object.keys((await api.deps.runs.findWithEvents(run.uuid))?.submissions ?? {}),
    ).toHaveLength(1);
  });

  test.each([
    ['one number', [1], 'coordinates.1'],
    ['three numbers', [1, 2, 3], 'coordinates'],
    ['texts', ['1', '2'], 'coordinates.0'],
    ['a longitude out of range', [181, 0], 'coordinates.0'],
    ['a latitude out of range', [0, 91], 'coordinates.1'],
    ['an object', { lat: 1 }, 'coordinates'],
  ])('with %s for coordinates is refused', async (_what, coordinates, path) => {
    const { submit, start } = await open();
    for (const { status, body } of [
      await submit(0, { accepted: true }, { coordinates }),
      await start({ coordinates }),
    ]) {
      expect(status).toBe(400);
      expect(body.error.details.map((detail) => detail.path.split('.')[0])).toContain(
        path.split('.')[0],
      );
    }
  });

  test('keeps its coordinates as texts, sealed', async () => {
    const { run, submit, read } = await open();
    await submit(0, { accepted: true }, { coordinates: [-99.123456, 19.123456] });
    expect((await read()).steps[0]?.coordinates).toEqual([['-99.123456', '19.123456']]);
    expect(JSON.stringify(await api.deps.runs.findWithEvents(run.uuid))).not.toContain('99.123');
  });

  test('knows no field beside data and coordinates', async () => {
    const { submit } = await open();
    const { status, body } = await submit(0, { accepted: true }, { client: { ip: '1.1.1.1' } });
    expect({ status, path: body.error.details[0]?.path }).toEqual({ status: 400, path: 'client' });
  });

  test('never tells the workflow what was typed', async () => {
    const { submit } = await open({ steps: ['personal_address'] });
    await submit(0, { ...ADDRESS, street: 'Calle Secreta' });
    expect(JSON.stringify(api.gateway.messages)).not.toContain('Secreta');
  });

  test('whose response was lost retains the evidence of its first attempt', async () => {
    const { run, submit } = await open();
    const evidence = async () =>
      Object.values((await api.deps.runs.findWithEvents(run.uuid))?.submissions ?? {}).map(
        ({ sealed }) => sealed.toString('base64'),
      );
    const headers = (agent: string) => ({ 'idempotency-key': 'lost', 'user-agent': agent });
    api.gateway.trouble = 'answers_lost';
    expect((await submit(0, { accepted: true }, {}, headers('first'))).status).toBe(503);
    const before = await evidence();
    api.gateway.trouble = null;
    expect((await submit(0, { accepted: true }, {}, headers('second'))).status).toBe(200);
    expect(before).toHaveLength(1);
    expect(await evidence()).toEqual(before);
  });

  test('that raced the end of its run tells how it ended and is not kept', async () => {
    const { run, submit } = await open({ expires_in: 60 });
    const keep = api.deps.runs.storeSubmission.bind(api.deps.runs);
    jest.spyOn(api.deps.runs, 'storeSubmission').mockImplementationOnce(async (...args) => {
      await keep(...args);
      await api.gateway.append(run.uuid, { type: 'run_expired', actor: 'system', data: {} });
    });
    const { status, body } = await submit(0, { accepted: true });
    expect({ status, code: body.error.code }).toEqual({ status: 410, code: 'expired' });
    expect((await api.deps.runs.findWithEvents(run.uuid))?.submissions).toEqual({});
  });
});

describe('a start', () => {
  test('keeps where the person was, sealed, and names it to the run', async () => {
    const { run, start } = await open();
    expect((await start({ coordinates: [-99.5, 19.5] })).status).toBe(200);
    const stored = await api.deps.runs.findWithEvents(run.uuid);
    const [id] = Object.keys(stored?.submissions ?? {});
    expect(stored?.view.submission_ids).toEqual([id]);
    expect(api.gateway.messages.at(-1)).toEqual({ actor: 'person', submission_id: id });
  });

  test('without a body is a start', async () => {
    const { token } = await open();
    expect((await api.call('/v1/session/start', { method: 'POST', bearer: token })).status).toBe(
      200,
    );
  });

  test('knows no other field', async () => {
    const { status, body } = await (await open()).start({ phone: '+573100000000' });
    expect({ status, path: body.error.details[0]?.path }).toEqual({ status: 400, path: 'phone' });
  });

  test('a thousand times keeps a bounded number of coordinates', async () => {
    const { run, start, submit } = await open();
    const stored = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `s${index}`,
        { step_uuid: null, sealed: Buffer.of(0) },
      ]),
    );
    await api.connection.collection('runs').updateOne(
      { _id: run.uuid as never },
      {
        $set: { submissions: stored },
      },
    );
    expect((await start({ coordinates: [-99.5, 19.5] })).status).toBe(200);
    expect(api.gateway.messages.at(-1)).toMatchObject({ submission_id: null });
    const refused = await submit(0, { accepted: true });
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'rate_limited' } } });
    expect(refused.headers.get('retry-after')).toBe('60');
  });

  test('that filled up with submissions without a verdict takes those of its next step', async () => {
    const { run, submit } = await open();
    await submit(0, { accepted: true });
    const lost = { step_uuid: stepUuid(run, 0), sealed: Buffer.of(0), at: new Date() };
    const submissions = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`submissions.s${index}`, lost]),
    );
    await api.connection
      .collection('runs')
      .updateOne({ _id: run.uuid as never }, { $set: submissions });
    expect((await submit(1, ADDRESS)).status).toBe(200);
  });

  test('twice is no fault', async () => {
    const { start } = await open();
    await start();
    expect((await start()).body.result.run.status).toBe('in_progress');
  });
});

test('two submissions at once: one is taken', async () => {
  const { run, submit, read } = await open();
  const answers = await Promise.all([submit(0, { accepted: true }), submit(0, { accepted: true })]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  const after: RunJson = await read();
  expect(after.steps[0]?.status).toBe('success');
  expect(
    Object.keys((await api.deps.runs.findWithEvents(run.uuid))?.submissions ?? {}),
  ).toHaveLength(1);
});
