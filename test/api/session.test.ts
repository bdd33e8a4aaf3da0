import { randomUUID } from 'node:crypto';
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
  test('returns all that a page needs and changes nothing', async () => {
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

  test('completes a run from its start to its end', async () => {
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

  test('opens its run with the first submission when it was not started', async () => {
    const { submit, read } = await open();
    expect((await submit(0, { accepted: true })).status).toBe(200);
    expect(await read()).toMatchObject({ status: 'in_progress', started_at: expect.any(String) });
  });

  test('can be completed by a backend with its key', async () => {
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
  test('records the IP and user agent of its client behind one proxy', async () => {
    const { submit } = await open();
    const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9', 'user-agent': 'Phone/2' };
    const { body } = await submit(0, { accepted: true }, {}, headers);
    expect(body.result.step?.payload).toMatchObject({ ip: '203.0.113.9', user_agent: 'Phone/2' });
  });

  test.each([
    ['a wrong value', { accepted: false }, 'data.accepted'],
    ['an unknown field', { accepted: true, extra: 1 }, 'data.extra'],
    ['an empty object', {}, 'data.accepted'],
    ['a text', 'yes', 'data'],
    ['null', null, 'data'],
    ['no data', undefined, 'data'],
  ])('with %s is refused with its path and changes nothing', async (_what, data, path) => {
    const { run, submit, read } = await open();
    const { status, body } = await submit(0, data);
    expect({ status, code: body.error.code }).toEqual({ status: 422, code: 'submission_refused' });
    expect(body.error.details.map((detail) => detail.path)).toContain(path);
    expect(await read()).toMatchObject({ status: 'pending' });
    expect((await api.deps.runs.findWithEvents(run.uuid))?.submissions).toEqual({});
  });

  test('of an address returns the path of the wrong field', async () => {
    const { submit } = await open({ steps: ['personal_address'] });
    const { body } = await submit(0, { ...ADDRESS, zip_code: '1' });
    expect(body.error.details).toEqual([
      { path: 'data.zip_code', message: 'no es un código postal de ese país' },
    ]);
    expect(JSON.stringify(body)).not.toContain('Falsa');
  });

  test('to a step that is not current returns step_not_current, before and after its turn', async () => {
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
    ['words', ['west', 'north'], 'coordinates.0'],
    ['a comma for the point', ['-99,1', '19,4'], 'coordinates.0'],
    ['a longitude as a text out of range', ['180.1', '0'], 'coordinates.0'],
    ['a latitude as a text out of range', ['0', '-90.0000001'], 'coordinates.1'],
    ['an exponent', ['1e1', '0'], 'coordinates.0'],
    ['empty texts', ['', ''], 'coordinates.0'],
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

  test.each([
    [
      [-99.123456, 19.123456],
      ['-99.123456', '19.123456'],
    ],
    [
      ['-99.123456', '19.123456'],
      ['-99.123456', '19.123456'],
    ],
    [
      ['180', -90],
      ['180', '-90'],
    ],
  ])('stores the coordinates %j as strings, encrypted', async (coordinates, kept) => {
    const { run, submit, read } = await open();
    expect((await submit(0, { accepted: true }, { coordinates })).status).toBe(200);
    expect((await read()).steps[0]?.coordinates).toEqual([kept]);
    expect(JSON.stringify(await api.deps.runs.findWithEvents(run.uuid))).not.toContain('99.123');
  });

  test('refuses fields other than data and coordinates', async () => {
    const { submit } = await open();
    const { status, body } = await submit(0, { accepted: true }, { client: { ip: '1.1.1.1' } });
    expect({ status, path: body.error.details[0]?.path }).toEqual({ status: 400, path: 'client' });
  });

  test('sends nothing that was typed to the workflow', async () => {
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

  test('that is stored while its run ends returns the reason of the end and is removed', async () => {
    const { run, submit } = await open({ expires_in: 60 });
    const store = api.deps.runs.storeSubmission.bind(api.deps.runs);
    jest.spyOn(api.deps.runs, 'storeSubmission').mockImplementationOnce(async (...args) => {
      const isStored = await store(...args);
      await api.gateway.advance(run.uuid, 61, randomUUID());
      return isStored;
    });
    const { status, body } = await submit(0, { accepted: true });
    expect({ status, code: body.error.code }).toEqual({ status: 410, code: 'expired' });
    expect((await api.deps.runs.findWithEvents(run.uuid))?.submissions).toEqual({});
  });
});

describe('a start', () => {
  test('stores its coordinates encrypted and sends their id to the run', async () => {
    const { run, start } = await open();
    expect((await start({ coordinates: [-99.5, 19.5] })).status).toBe(200);
    const stored = await api.deps.runs.findWithEvents(run.uuid);
    const [id] = Object.keys(stored?.submissions ?? {});
    expect(stored?.view.submission_ids).toEqual([id]);
    expect(api.gateway.messages.at(-1)).toEqual({ actor: 'person', submission_id: id });
  });

  test('is accepted without a body', async () => {
    const { token } = await open();
    expect((await api.call('/v1/session/start', { method: 'POST', bearer: token })).status).toBe(
      200,
    );
  });

  test('refuses unknown fields', async () => {
    const { status, body } = await (await open()).start({ phone: '+573100000000' });
    expect({ status, path: body.error.details[0]?.path }).toEqual({ status: 400, path: 'phone' });
  });

  test('stores a bounded number of coordinates', async () => {
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

  test('with many undecided submissions of one step does not block the next step', async () => {
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

  test('can be repeated', async () => {
    const { start } = await open();
    await start();
    expect((await start()).body.result.run.status).toBe('in_progress');
  });
});

test('one of two concurrent submissions is accepted', async () => {
  const { run, submit, read } = await open();
  const answers = await Promise.all([submit(0, { accepted: true }), submit(0, { accepted: true })]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  const after: RunJson = await read();
  expect(after.steps[0]?.status).toBe('success');
  expect(
    Object.keys((await api.deps.runs.findWithEvents(run.uuid))?.submissions ?? {}),
  ).toHaveLength(1);
});
