/** Tests server-sent events of a run. */
import { stepUuid, TestApi, type RunJson } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

interface Event {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

/** Reads the events of a connection one by one; null at its end. */
async function follow(token: string, signal?: AbortSignal) {
  const response = await fetch(`http://127.0.0.1:${api.port}/v1/session/events`, {
    headers: { authorization: `Bearer ${token}` },
    ...(signal && { signal }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<Event | null> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end < 0) {
        const { done, value = '' } = (await reader?.read()) ?? { done: true };
        if (done) return null;
        text += value;
        continue;
      }
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => line.split(/: (.*)/s)),
      ) as Record<string, string>;
      text = text.slice(end + 2);
      if (fields['event'] === undefined) continue;
      const { id = '', event, data = '' } = fields;
      return { id, event, data: JSON.parse(data) as Event['data'] };
    }
  };
  return { response, next };
}

const tokenOf = async (run: RunJson) => (await api.mint(run.uuid)).token;

test('GET /v1/session/events sends the current progress, each change and the end, then closes', async () => {
  const run = await api.createRun();
  const { response, next } = await follow(await tokenOf(run));
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(await next()).toEqual({
    ...{ id: '1', event: 'progress' },
    data: expect.objectContaining({ uuid: run.uuid, status: 'pending' }) as object,
  });
  const system = { actor: 'system', step_uuid: stepUuid(run, 0) } as const;
  await api.stage(run.uuid, {
    ...system,
    type: 'run_opened',
    data: { submission_id: null },
  });
  expect(await next()).toMatchObject({ id: '2', data: { status: 'in_progress' } });
  const cancelled = { by: 'ana', reason: 'asked_to', verified: true };
  await api.stage(run.uuid, { ...system, type: 'run_cancelled', data: cancelled });
  expect(await next()).toMatchObject({ id: '3', data: { status: 'cancelled' } });
  expect(await next()).toEqual({ id: '3', event: 'end', data: {} });
  expect(await next()).toBeNull();
});

test('GET /v1/session/events ends immediately for a finished run and requires a token', async () => {
  const run = await api.createRun();
  const token = await tokenOf(run);
  const cancelled = { by: 'ana', reason: 'asked_to', verified: true };
  const event = {
    actor: 'staff',
    type: 'run_cancelled',
    data: cancelled,
  } as const;
  await api.stage(run.uuid, event);
  const { next } = await follow(token);
  expect([(await next())?.event, (await next())?.event, await next()]).toEqual([
    'progress',
    'end',
    null,
  ]);
  expect((await follow('nobody|s')).response.status).toBe(401);
  expect((await follow(api.client.key)).response.status).toBe(401);
});

test('GET /v1/session/events allows five connections of a token, and a new one once they close', async () => {
  const token = await tokenOf(await api.createRun());
  const leaving = new AbortController();
  const pages = [];
  for (let page = 0; page < 5; page += 1) pages.push(await follow(token, leaving.signal));
  for (const page of pages) await page.next();
  const refused = await follow(token);
  expect(refused.response.status).toBe(429);
  expect(refused.response.headers.get('retry-after')).toBe('10');
  leaving.abort();
  let status = 429;
  while (status === 429) {
    const again = new AbortController();
    status = (await follow(token, again.signal)).response.status;
    again.abort();
  }
  expect(status).toBe(200);
});

test('GET /v1/session/events returns 429 for an account with thousands of streams, and 200 for another account', async () => {
  const token = await tokenOf(await api.createRun());
  const { key, account_uuid } = await api.addClient();
  const other = await api.createRun({}, { bearer: key });
  const { progress } = api.deps;
  const ignore = () => undefined;
  const watcher = (index: number) => ({
    ...{ uuid: `run-${index}`, account_uuid: api.client.account_uuid, number: 0 },
    ...{ token: { id: `t-${index}`, account_uuid }, changed: () => Promise.resolve() },
    stopped: ignore,
  });
  const { tokens } = api.deps;
  const reading = jest.spyOn(tokens, 'findActive').mockRejectedValue(new Error('away'));
  const added = Array.from({ length: 2_000 }, (_, index) => progress.add(watcher(index)));
  const refused = await follow(token);
  expect([refused.response.status, refused.response.headers.get('retry-after')]).toEqual([
    429,
    '10',
  ]);
  const minted = await api.call<{ token: string }>(`/v1/workflows/${other.uuid}/token`, {
    bearer: key,
  });
  const leaving = new AbortController();
  const { response } = await follow(minted.body.result.token, leaving.signal);
  expect(response.status).toBe(200);
  leaving.abort();
  for (const remove of added) remove();
  reading.mockRestore();
});

test('GET /v1/session/events ends soon after its token was revoked, and streams of other tokens continue', async () => {
  const [run, another] = [await api.createRun(), await api.createRun()];
  const revoked = await follow(await tokenOf(run));
  const kept = await follow(await tokenOf(another));
  for (const { next } of [revoked, kept]) await next();
  await api.call(`/v1/workflows/${run.uuid}/tokens`, { method: 'DELETE' });
  const revokedAt = performance.now();
  expect(await revoked.next()).toBeNull();
  expect(performance.now() - revokedAt).toBeLessThan(5_000);
  const event = { actor: 'person', type: 'run_opened', data: { submission_id: null } } as const;
  await api.stage(another.uuid, event);
  expect(await kept.next()).toMatchObject({ data: { status: 'in_progress' } });
});

test('GET /v1/session/events continues while the tokens cannot be read', async () => {
  const run = await api.createRun();
  const { next } = await follow(await tokenOf(run));
  await next();
  const { tokens } = api.deps;
  const away = jest.spyOn(tokens, 'findActive').mockRejectedValue(new Error('away'));
  while (away.mock.calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
  const event = { actor: 'person', type: 'run_opened', data: { submission_id: null } } as const;
  await api.stage(run.uuid, event);
  expect(await next()).toMatchObject({ data: { status: 'in_progress' } });
  away.mockRestore();
});

test('GET /v1/session/events continues after an outage of the database and ends when the process stops', async () => {
  const run = await api.createRun();
  const { next } = await follow(await tokenOf(run));
  await next();
  const { runs } = api.deps;
  const away = jest.spyOn(runs, 'listNumbers').mockRejectedValue(new Error('away'));
  const event = { actor: 'person', type: 'run_opened' } as const;
  await api.stage(run.uuid, { ...event, data: { submission_id: null } });
  while (away.mock.calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
  away.mockRestore();
  expect(await next()).toMatchObject({ data: { status: 'in_progress' } });
  api.deps.progress.stop();
  expect(await next()).toBeNull();
});
