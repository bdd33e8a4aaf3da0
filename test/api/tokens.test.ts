import { stepUuid, TestApi, type TokenJson } from '../support/api';
import { stageEvents } from '../support/stage-events';

const DAY_MS = 24 * 60 * 60_000;

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const post = (uuid: string, body: unknown, idempotencyKey?: string) =>
  api.call<TokenJson>(`/v1/workflows/${uuid}/token`, {
    body,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
const read = async (bearer: string) => (await api.call('/v1/session', { bearer })).status;

describe('a token', () => {
  test('is created by GET and POST, with the run, in a response that is not cached', async () => {
    const run = await api.createRun();
    const answers = [
      await api.call<TokenJson>(`/v1/workflows/${run.uuid}/token`),
      await post(run.uuid, {}),
    ];
    for (const { status, headers, body } of answers) {
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(body.result).toEqual({
        ...run,
        token: expect.stringMatching(/^run_[A-Za-z0-9]{12}\|[A-Za-z0-9]{43}$/),
        token_encoded: encodeURIComponent(Buffer.from(body.result.token).toString('base64')),
        expiration: null,
        execution_url: expect.stringMatching(/^https:\/\/verify\.example\/r\/[A-Za-z0-9]{43}$/),
      });
    }
    expect(answers[0]?.body.result.token).not.toBe(answers[1]?.body.result.token);
  });

  test('has the expiry of its run in its own format', async () => {
    const run = await api.createRun({ expires_in: 60 });
    const { expiration } = await api.mint(run.uuid);
    expect(expiration).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const deadline = String(run['deadline_at']).slice(0, 19);
    expect(expiration).toBe(deadline.replace('T', ' '));
  });

  test('opens its session as plain text, in base64 and in URL-encoded base64', async () => {
    const { token, token_encoded } = await api.mint((await api.createRun()).uuid);
    for (const bearer of [token, token_encoded, decodeURIComponent(token_encoded)]) {
      expect(await read(bearer)).toBe(200);
    }
  });

  test('and its link cannot be used for each other', async () => {
    const { token, execution_url } = await api.mint((await api.createRun()).uuid);
    const link = execution_url.split('/').at(-1) ?? '';
    const id = token.split('|')[0] ?? '';
    expect(await read(link)).toBe(401);
    expect(await read(`${id}|${link}`)).toBe(401);
    expect((await api.call(`/r/${token.split('|')[1]}`)).status).toBe(404);
  });

  test('is stored as a digest only', async () => {
    const { token, execution_url } = await api.mint((await api.createRun()).uuid);
    const stored = JSON.stringify(await api.documents('tokens'));
    expect(stored).toContain(token.split('|')[0]);
    expect(stored).not.toContain(token.split('|')[1]);
    expect(stored).not.toContain(execution_url.split('/').at(-1));
  });
});

describe('the redirect URL', () => {
  test('is returned by the session', async () => {
    const { uuid } = await api.createRun();
    const redirect_url = 'https://bank.example/back?a=b#c';
    const tokens = [
      await api.mint(uuid, redirect_url),
      (await post(uuid, { redirect_url })).body.result,
    ];
    for (const { token } of tokens) {
      expect((await api.call('/v1/session', { bearer: token })).body.result['redirect_url']).toBe(
        redirect_url,
      );
    }
  });

  test.each([
    'javascript:alert(1)',
    'ftp://bank.example/',
    'https://user:secret@bank.example/',
    'https://user@bank.example/',
    '/back',
    'bank.example',
    `https://bank.example/${'x'.repeat(2_048)}`,
    '',
  ])('%s is refused', async (redirect_url) => {
    const { uuid } = await api.createRun();
    const query = `?redirect_url=${encodeURIComponent(redirect_url)}`;
    for (const answer of [
      await post(uuid, { redirect_url }),
      await api.call(`/v1/workflows/${uuid}/token${query}`),
    ]) {
      expect(answer.status).toBe(400);
      expect(answer.body.error.details[0]?.path).toBe('redirect_url');
      expect(answer.text).not.toContain('secret');
    }
  });

  test('is the only accepted field', async () => {
    const { uuid } = await api.createRun();
    const { status, body } = await post(uuid, { phone: '+573100000000' });
    expect({ status, path: body.error.details[0]?.path }).toEqual({ status: 400, path: 'phone' });
  });
});

describe('a repeated token request', () => {
  test('does not return the secret again', async () => {
    const { uuid } = await api.createRun();
    const first = await post(uuid, {}, 'mint-1');
    const second = await post(uuid, {}, 'mint-1');
    expect(first.status).toBe(200);
    expect({ status: second.status, code: second.body.error.code }).toEqual({
      status: 409,
      code: 'already_created',
    });
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.body.error.request_id).toEqual(expect.any(String));
    const [{ path, message } = { path: '', message: '' }] = second.body.error.details;
    expect({ path, message }).toEqual({
      path: 'uuid',
      message: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(await read(first.body.result.token)).toBe(200);
  });

  test('whose first response was not stored creates no other token', async () => {
    const { uuid } = await api.createRun();
    const reservation = { uuid: '9d8bd38e-4a11-4a0c-9d0e-16f3b4f5a001', at: Date.now() };
    jest.spyOn(api.deps.idempotency, 'claim').mockResolvedValue({ kind: 'claimed', reservation });
    const statuses = [(await post(uuid, {}, 'k')).status, (await post(uuid, {}, 'k')).status];
    jest.restoreAllMocks();
    expect(statuses).toEqual([200, 409]);
  });
});

describe('a revocation', () => {
  test('invalidates all tokens and links of a run and returns their number', async () => {
    const { uuid } = await api.createRun();
    const tokens = [await api.mint(uuid), await api.mint(uuid)];
    const untouched = await api.mint((await api.createRun()).uuid);
    const revoke = () => api.call(`/v1/workflows/${uuid}/tokens`, { method: 'DELETE' });
    expect((await revoke()).body).toEqual({ success: true, result: { revoked: 2 } });
    for (const { token, execution_url } of tokens) {
      expect(await read(token)).toBe(401);
      expect((await api.call(new URL(execution_url).pathname)).status).toBe(404);
    }
    expect(await read(untouched.token)).toBe(200);
    expect((await revoke()).body.result).toEqual({ revoked: 0 });
    expect(await read((await api.mint(uuid)).token)).toBe(200);
  });
});

describe('the end of a run', () => {
  const finished = { type: 'run_succeeded', actor: 'system', data: {} } as const;
  const expired = { type: 'run_expired', actor: 'system', data: {} } as const;

  test.each([
    [finished, 409, 'already_finished'],
    [expired, 410, 'expired'],
  ])('leaves the token valid for reads only: %o', async (event, status, code) => {
    const run = await api.createRun();
    const { token } = await api.mint(run.uuid);
    await api.stage(run.uuid, event);
    expect(await read(token)).toBe(200);
    const writes = [
      await api.call('/v1/session/start', { bearer: token, body: {} }),
      await api.call(`/v1/session/steps/${stepUuid(run, 0)}/submit`, {
        bearer: token,
        body: { data: { accepted: true } },
      }),
      await api.call(`/v1/workflows/${run.uuid}/start`, { body: {} }),
      await api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, {
        body: { data: { accepted: true } },
      }),
      await post(run.uuid, {}),
    ];
    expect(writes.map((answer) => [answer.status, answer.body.error.code])).toEqual(
      Array(5).fill([status, code]),
    );
  });

  test('invalidates the token a day later', async () => {
    const run = await api.createRun();
    const { token } = await api.mint(run.uuid);
    await stageEvents(
      api.deps.runs,
      { uuid: run.uuid, at: Date.now() - DAY_MS + 60_000 },
      finished,
    );
    expect(await read(token)).toBe(200);
    const older = await api.createRun();
    const late = await api.mint(older.uuid);
    await stageEvents(
      api.deps.runs,
      { uuid: older.uuid, at: Date.now() - DAY_MS - 60_000 },
      finished,
    );
    expect(await read(late.token)).toBe(401);
    const write = await api.call('/v1/session/start', { bearer: late.token, body: {} });
    expect(write.status).toBe(401);
  });

  test('is decided by the run, not by the clock of the API', async () => {
    const run = await api.createRun({ expires_in: 1 });
    const { token } = await api.mint(run.uuid);
    await api.worker.start();
    const later = Date.now() + 61_000;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    const answer = await api.call('/v1/session/start', { bearer: token, body: {} });
    jest.restoreAllMocks();
    expect(answer.status).toBe(200);
  });
});
