import {
  ADDRESS,
  ACCEPTANCE_SETUP,
  stepUuid,
  TestApi,
  type Call,
  type RunJson,
} from '../support/api';

const BODY = {
  steps: ['acceptance', 'personal_address'],
  setup: ACCEPTANCE_SETUP,
  metadata: { a: 1, b: 2 },
};
const LEASE_MS = 10_000;

let api: TestApi;
let counter = 0;
let openGate: () => void = () => undefined;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
afterEach(() => {
  jest.restoreAllMocks();
  api.gateway.trouble = null;
  openGate();
});

const newKey = () => `key-${(counter += 1)}`;
const create = (idempotencyKey: string, call: Call = {}) =>
  api.call('/v1/workflows', { body: BODY, idempotencyKey, ...call });
const countRuns = async () => (await api.documents('runs')).length;

/** Blocks every message to the runs until it is opened, at the latest at the end of the test. */
function gate() {
  api.gateway.gate = new Promise((resolve) => (openGate = resolve));
  return openGate;
}

describe('a repeated request', () => {
  test('returns the same response marked as replayed and creates no second run', async () => {
    const key = newKey();
    const before = await countRuns();
    const first = await create(key);
    const second = await create(key);
    expect(second.status).toBe(200);
    expect(second.text).toBe(first.text);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await countRuns()).toBe(before + 1);
  });

  test('is recognized with its fields in another order and its key in quotes', async () => {
    const key = newKey();
    const first = await create(key);
    const body = { metadata: { b: 2, a: 1 }, setup: BODY.setup, steps: BODY.steps };
    const second = await create(`"${key}"`, { body });
    expect(second.text).toBe(first.text);
  });

  test('returns the same error', async () => {
    const key = newKey();
    const wrong = { body: { ...BODY, steps: ['nonsense'] } };
    const [first, second] = [await create(key, wrong), await create(key, wrong)];
    expect(first.body.error.code).toBe('unknown_step');
    expect(second.text).toBe(first.text);
  });

  test('with another body returns idempotency_mismatch and changes nothing', async () => {
    const key = newKey();
    const first = await create(key);
    const other = await create(key, { body: { ...BODY, metadata: { a: 1, b: 3 } } });
    expect({ status: other.status, code: other.body.error.code }).toEqual({
      status: 422,
      code: 'idempotency_mismatch',
    });
    expect((await create(key)).text).toBe(first.text);
  });

  test('is a new request with another API key, on another route and for another run', async () => {
    const key = newKey();
    const colleague = await api.addClient({ account_uuid: api.client.account_uuid });
    const runs = [await create(key), await create(key, { bearer: colleague.key })].map(
      ({ body }) => body.result,
    );
    expect(runs[0]?.uuid).not.toBe(runs[1]?.uuid);
    const started = await Promise.all(
      runs.map(({ uuid }) =>
        api.call<{ run: RunJson }>(`/v1/workflows/${uuid}/start`, {
          body: {},
          idempotencyKey: key,
        }),
      ),
    );
    expect(started.map(({ body }) => body.result.run.uuid)).toEqual(runs.map(({ uuid }) => uuid));
  });

  test('is recognized when its URL is written differently', async () => {
    const key = newKey();
    const first = await create(key);
    const second = await api.call('/v1/workflows?', { body: BODY, idempotencyKey: key });
    expect(second.text).toBe(first.text);
  });

  test('is a new request when the first one had an invalid body', async () => {
    const key = newKey();
    expect((await create(key, { body: { ...BODY, expires_in: -1 } })).status).toBe(400);
    expect((await create(key)).status).toBe(200);
  });
});

test.each(['', 'x'.repeat(256), 'ключ', 'a\tb'])(
  'the Idempotency-Key %j is refused',
  async (key) => {
    const bytes = Buffer.from(key).toString('latin1');
    const { status, body } = await create(bytes);
    expect({ status, path: body.error.details[0]?.path }).toEqual({
      status: 400,
      path: 'Idempotency-Key',
    });
  },
);

test('responses are stored encrypted', async () => {
  const key = newKey();
  await create(key, { body: { ...BODY, metadata: { note: 'very-private' } } });
  const stored = JSON.stringify(await api.documents('idempotency'));
  expect(stored).not.toMatch(/very-private|acceptance/);
});

describe('concurrent requests with one key', () => {
  test('create one run and return 409 or its response', async () => {
    const key = newKey();
    const before = await countRuns();
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(key)));
    const made = answers.filter((answer) => answer.status === 200);
    const waiting = answers.filter((answer) => answer.status === 409);
    expect(made.length).toBeGreaterThanOrEqual(1);
    expect(made.length + waiting.length).toBe(8);
    expect(new Set(made.map((answer) => answer.text)).size).toBe(1);
    expect(await countRuns()).toBe(before + 1);
  });

  test('return 409 with Retry-After while the first is in progress', async () => {
    const key = newKey();
    const open = gate();
    const first = create(key);
    await until(() => api.documents('idempotency').then((all) => all.length > 0 && hasKey(all)));
    const second = await create(key);
    expect({ status: second.status, code: second.body.error.code }).toEqual({
      status: 409,
      code: 'idempotency_in_progress',
    });
    expect(second.headers.get('retry-after')).toBe('1');
    const other = await create(key, { body: { steps: ['personal_address'] } });
    expect(other.body.error.code).toBe('idempotency_mismatch');
    open();
    expect((await first).status).toBe(200);
    expect((await create(key)).text).toBe((await first).text);
  });

  const hasKey = (all: object[]) =>
    all.some((entry) => (entry as { reply: unknown }).reply === null);
});

describe('a request whose process died', () => {
  /** A claim of a process that died `age` milliseconds ago. */
  async function deadClaim(key: string, age: number): Promise<void> {
    const claim = api.deps.idempotency.claim.bind(api.deps.idempotency);
    jest.spyOn(api.deps.idempotency, 'claim').mockImplementationOnce(async (lease, fingerprint) => {
      await claim(lease, fingerprint, Date.now() - age);
      throw Object.assign(new Error('killed'), { name: 'MongoNetworkError' });
    });
    expect((await create(key)).status).toBe(503);
  }

  test('returns idempotency_in_progress until its lease ends', async () => {
    const key = newKey();
    await deadClaim(key, LEASE_MS - 2_000);
    expect((await create(key)).body.error.code).toBe('idempotency_in_progress');
  });

  test('is continued by one of several requests after its lease, with the reserved uuid and time', async () => {
    const key = newKey();
    await deadClaim(key, LEASE_MS + 1_000);
    const answers = await Promise.all(Array.from({ length: 5 }, () => create(key)));
    const made = answers.filter((answer) => answer.status === 200);
    expect(new Set(made.map((answer) => answer.text)).size).toBe(1);
    const [{ uuid, created_at } = {} as RunJson] = made.map((answer) => answer.body.result);
    const reserved = (await api.documents('idempotency')).map(
      (entry) => (entry as { reserved: { uuid: string; at: number } }).reserved,
    );
    const mine = reserved.find((reservation) => reservation.uuid === uuid);
    expect(created_at).toBe(new Date(mine?.at ?? 0).toISOString().replace('Z', '000Z'));
  });

  test('completes its existing run when it is repeated', async () => {
    const key = newKey();
    const before = { runs: await countRuns(), started: api.gateway.started.size };
    jest
      .spyOn(api.deps.runs, 'project')
      .mockRejectedValueOnce(Object.assign(new Error(), { name: 'MongoNetworkError' }));
    expect((await create(key)).status).toBe(503);
    expect({ runs: await countRuns(), started: api.gateway.started.size }).toEqual({
      runs: before.runs,
      started: before.started + 1,
    });
    const again = await create(key);
    expect(again.status).toBe(200);
    expect({ runs: await countRuns(), started: api.gateway.started.size }).toEqual({
      runs: before.runs + 1,
      started: before.started + 1,
    });
    const { input } = api.gateway.started.get(again.body.result.uuid) ?? {};
    const stored = await api.deps.runs.findWithEvents(again.body.result.uuid);
    expect(stored?.events[0]).toEqual(input?.created);
    expect(stored?.sealed.toString('base64')).toBe(input?.sealed);
  });
});

describe('a 503', () => {
  test('of a creation that took effect returns the same run when it is repeated', async () => {
    const key = newKey();
    api.gateway.trouble = 'answers_lost';
    expect((await create(key)).status).toBe(503);
    api.gateway.trouble = null;
    const { status, body } = await create(key);
    expect(status).toBe(200);
    expect(api.gateway.started.has(body.result.uuid)).toBe(true);
  });

  test('on a submission uses no second attempt and returns its result when it is repeated', async () => {
    const run = await api.createRun();
    const path = `/v1/steps/${stepUuid(run, 0)}/submit`;
    const call = { body: { data: { accepted: true } }, idempotencyKey: newKey() };
    api.gateway.trouble = 'answers_lost';
    expect((await api.call(path, call)).status).toBe(503);
    api.gateway.trouble = null;
    const { status, body } = await api.call<{ step: { status: string; payload: unknown } }>(
      path,
      call,
    );
    expect({ status, step: body.result.step }).toMatchObject({
      status: 200,
      step: { status: 'success', payload: { accepted: true } },
    });
    const stored = await api.deps.runs.findWithEvents(run.uuid);
    expect(stored?.events.filter((event) => event.type === 'submission_accepted')).toHaveLength(1);
  });

  test('on the last submission returns its result when it is repeated after Temporal deleted the run', async () => {
    const run = await api.createRun({ steps: ['personal_address'] });
    const path = `/v1/steps/${stepUuid(run, 0)}/submit`;
    const call = { body: { data: ADDRESS }, idempotencyKey: newKey() };
    api.gateway.trouble = 'answers_lost';
    expect((await api.call(path, call)).status).toBe(503);
    api.gateway.trouble = null;
    await api.worker.deleteHistory(run.uuid);
    const { status, body } = await api.call<{ step: unknown; run: unknown }>(path, call);
    expect(status).toBe(200);
    expect(body.result).toMatchObject({
      step: { status: 'success', payload: { zip_code: '06000' } },
      run: { status: 'success' },
    });
    const read = (await api.call(`/v1/workflows/${run.uuid}`)).body.result;
    expect(read.steps[0]?.payload).toMatchObject({ zip_code: '06000' });
  });

  test('on a cancellation returns its result when it is repeated', async () => {
    const run = await api.createRun();
    const path = `/v1/workflows/${run.uuid}/actions/cancel`;
    const call = { body: { by: 'Ana', reason: 'asked' }, idempotencyKey: newKey() };
    api.gateway.trouble = 'answers_lost';
    expect((await api.call(path, call)).status).toBe(503);
    api.gateway.trouble = null;
    const { status, body } = await api.call<{ run: { status: string } }>(path, call);
    expect({ status, result: body.result }).toMatchObject({
      status: 200,
      result: { run: { status: 'cancelled' } },
    });
  });

  test('is returned while MongoDB is down', async () => {
    const away = Object.assign(new Error('away'), { name: 'MongoServerSelectionError' });
    jest.spyOn(api.deps.idempotency, 'claim').mockRejectedValueOnce(away);
    const { status, headers, body } = await create(newKey());
    expect({ status, code: body.error.code, retry: headers.get('retry-after') }).toEqual({
      status: 503,
      code: 'unavailable',
      retry: '1',
    });
  });
});

test('a success whose response cannot be stored is still returned', async () => {
  const key = newKey();
  jest.spyOn(api.deps.idempotency, 'finish').mockRejectedValueOnce(new Error('away'));
  expect((await create(key)).status).toBe(200);
  expect(api.logs).toContain('could not be stored');
});

test('a response does not wait for a database that does not respond', async () => {
  jest.spyOn(api.deps.idempotency, 'finish').mockReturnValueOnce(new Promise(() => undefined));
  const startedAt = performance.now();
  expect((await create(newKey())).status).toBe(200);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

test('a running process renews the lease of its key', async () => {
  const { claim, renew } = api.deps.idempotency;
  const lease = { account_uuid: 'a', id: newKey(), owner: 'a' };
  const at = Date.now();
  await claim.call(api.deps.idempotency, lease, ['f'], at);
  await renew.call(api.deps.idempotency, lease, at + 9_000);
  const other = { ...lease, owner: 'b' };
  expect((await api.deps.idempotency.claim(other, ['f'], at + 18_000)).kind).toBe('in_progress');
  expect((await api.deps.idempotency.claim(other, ['f'], at + 19_001)).kind).toBe('claimed');
  await renew.call(api.deps.idempotency, lease, at + 40_000);
  expect((await api.deps.idempotency.claim(lease, ['f'], at + 30_000)).kind).toBe('claimed');
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (await condition()) return;
  }
  throw new Error('the condition was never met');
}
