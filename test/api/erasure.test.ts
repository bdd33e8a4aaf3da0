/** Tests that erasure removes personal data and leaves the proofs. */
import { createHash, randomUUID } from 'node:crypto';
import { OutboxRelay } from '../../src/webhooks/outbox-relay';
import { ACCEPTANCE_SETUP, ADDRESS, stepUuid, TestApi, type RunJson } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const PHONE = '+525512345678';
const REFERENCE = 'customer-of-the-erasure';
const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as string;
const pathOf = ({ uuid }: { uuid: string }) => `/v1/workflows/${uuid}`;
const erase = (run: RunJson, bearer?: string) =>
  api.call(`${pathOf(run)}/personal-data`, { method: 'DELETE', bearer });
const read = async (run: RunJson) => (await api.call(pathOf(run))).body.result;
const listed = async (query: string) =>
  (await api.call<RunJson[]>(`/v1/workflows?${query}`)).body.result.length;

/** A finished run with all kinds of personal data. */
async function finishedRun(creationKey?: string): Promise<RunJson> {
  const run = await api.createRun(
    {
      phone: PHONE,
      metadata: { rfc: 'GODE561231GR8' },
      external_reference_id: REFERENCE,
      autofill: { user_email: 'ana@example.com' },
    },
    creationKey === undefined ? {} : { idempotencyKey: creationKey },
  );
  const submit = (index: number, data: object) =>
    api.call(`/v1/steps/${stepUuid(run, index)}/submit`, {
      body: { data, coordinates: [-99.13, 19.43], client: { ip: '10.9.8.7', user_agent: 'Nokia' } },
      idempotencyKey: `${run.uuid}/${index}`,
    });
  await submit(0, { accepted: true });
  await submit(1, ADDRESS);
  return read(run);
}

test('an erased run has its statuses and proofs but no personal data', async () => {
  const run = await finishedRun();
  expect([run.status, run['personal_data_erased_at']]).toEqual(['success', null]);
  const answer = await erase(run);
  expect(answer.status).toBe(200);
  const left = await read(run);
  expect(left).toEqual(answer.body.result);
  expect(left).toEqual({
    ...run,
    metadata: null,
    external_reference_id: null,
    user_email: null,
    personal_data_erased_at: at,
    steps: [
      {
        ...run.steps[0],
        coordinates: [],
        payload: {
          accepted: true,
          version: '1',
          text_sha256: createHash('sha256').update(ACCEPTANCE_SETUP.acceptance.text).digest('hex'),
          accepted_at: run.steps[0]?.payload?.['accepted_at'],
        },
      },
      { ...run.steps[1], coordinates: [], payload: null },
    ],
  });
});

test('a step that sent codes shows its channels, but not the destinations', async () => {
  const steps = ['verify_phone_number'];
  const nip = {
    ...{ name: 'n', type: 'generic' },
    first_verification: { channel: 'whatsapp' },
  };
  const made = await api.call('/v1/nips', { body: nip });
  const setup = { verify_phone_number: { nip_uuid: made.body.result.uuid, phone: PHONE } };
  const run = await api.createRun({ steps, setup, start: 'on_open' });
  const step_uuid = stepUuid(run, 0);
  await api.stage(
    run.uuid,
    {
      type: 'destinations_fixed',
      actor: 'system',
      step_uuid,
      data: {
        submission_id: `created-${step_uuid}`,
        phone: '+52••••••5678',
        email: null,
        hashes: { phone: 'hash-of-the-phone', email: null },
      },
    },
    { type: 'run_cancelled', actor: 'staff', data: { by: 'x', reason: 'y', verified: true } },
  );
  const before = await read(run);
  expect(before.steps[0]?.payload).toMatchObject({
    phone: PHONE,
    verifications: [{ channel: 'whatsapp', destination: '+52••••••5678' }],
  });
  const erased = (await erase(run)).body.result;
  expect(erased.steps[0]?.payload).toEqual({
    ...before.steps[0]?.payload,
    phone: null,
    verifications: [
      { ...(before.steps[0]?.payload?.['verifications'] as object[])[0], destination: null },
    ],
  });
  const stored = JSON.stringify(await api.documents('runs'));
  for (const text of ['5678', 'hash-of-the-phone']) expect(stored).not.toContain(text);
});

test('an erased run is not found by its phone or reference', async () => {
  const run = await finishedRun();
  const queries = [`phone=${encodeURIComponent(PHONE)}`, `external_reference_id=${REFERENCE}`];
  const before = await Promise.all(queries.map(listed));
  await erase(run);
  expect(await Promise.all(queries.map(listed))).toEqual(before.map((count) => count - 1));
});

test('an erasure destroys the key of the run, revokes its tokens and deletes its sandbox messages', async () => {
  const run = await api.createRun();
  const { token } = await api.mint(run.uuid);
  await api.call(`${pathOf(run)}/actions/cancel`, { body: { by: 'x', reason: 'y' } });
  const send = { run_uuid: run.uuid, step_uuid: randomUUID(), order: 1, send: 1 };
  const message = {
    ...{ key: 'k', account_uuid: api.client.account_uuid, mode: 'live', channel: 'sms' },
    ...{ to: PHONE, template: { es: '{code}' }, code_ref: {}, send },
  };
  await api.deps.sandbox.store(message as never, 'sent', null);
  await erase(run);
  const keys = (await api.documents('run_keys')) as { _id: string }[];
  expect(keys.find(({ _id }) => _id === run.uuid)).toEqual({
    _id: run.uuid,
    account_uuid: api.client.account_uuid,
    key_id: expect.any(String),
    created_at: expect.any(Date),
    destroyed_at: expect.any(Date),
  });
  expect((await api.call('/v1/session', { bearer: token })).status).toBe(401);
  expect(await api.documents('sandbox_messages')).toEqual([]);
});

test('an erasure removes stored responses, and repeated requests return 409', async () => {
  const creationKey = randomUUID();
  const run = await finishedRun(creationKey);
  await erase(run);
  const again = await api.call('/v1/workflows', {
    body: {
      ...{ steps: ['acceptance', 'personal_address'], setup: ACCEPTANCE_SETUP },
      phone: PHONE,
      metadata: { rfc: 'GODE561231GR8' },
      external_reference_id: REFERENCE,
      autofill: { user_email: 'ana@example.com' },
    },
    idempotencyKey: creationKey,
  });
  expect([again.status, again.body.error.code]).toEqual([409, 'already_created']);
  expect(again.body.error.details).toEqual([{ path: 'uuid', message: run.uuid }]);
  const submitted = await api.call(`/v1/steps/${stepUuid(run, 1)}/submit`, {
    body: {
      ...{ data: ADDRESS, coordinates: [-99.13, 19.43] },
      client: { ip: '10.9.8.7', user_agent: 'Nokia' },
    },
    idempotencyKey: `${run.uuid}/1`,
  });
  expect(submitted.status).toBe(409);
  expect(submitted.text).not.toContain(ADDRESS.street);
});

test('a creation whose response was lost is not repeated once its run is erased', async () => {
  const idempotencyKey = randomUUID();
  const body = { steps: ['acceptance'], setup: ACCEPTANCE_SETUP };
  const made = await api.call('/v1/workflows', { body, idempotencyKey });
  const run = made.body.result;
  await api.connection
    .collection('idempotency')
    .updateMany({}, { $set: { reply: null, lease_until: new Date(0) } });
  await api.call(`${pathOf(run)}/actions/cancel`, { body: { by: 'x', reason: 'y' } });
  await erase(run);
  const again = await api.call('/v1/workflows', { body, idempotencyKey });
  expect([again.status, again.body.error.code]).toEqual([409, 'already_created']);
});

test('a receipt after an erasure restores no personal data', async () => {
  const run = await finishedRun();
  await erase(run);
  const { number } = (await api.deps.runs.findById(run.uuid))!;
  await api.stage(run.uuid, {
    ...{ type: 'send_reported', actor: 'provider', step_uuid: stepUuid(run, 0) },
    data: { order: 1, send: 1, status: 'delivered', error_code: null } as never,
  });
  const stored = (await api.deps.runs.findWithEvents(run.uuid))!;
  expect([stored.number, stored.view.hashes]).toEqual([
    number + 1,
    { reference: null, phones: [], emails: [] },
  ]);
  expect((await read(run))['personal_data_erased_at']).toEqual(at);
});

test('a repeated erasure changes nothing and finishes an interrupted one', async () => {
  const run = await finishedRun();
  await api.deps.runErasure.begin(api.refOf(run), { [stepUuid(run, 0)]: { version: 'first' } });
  expect((await read(run)).steps[0]?.payload).toEqual({ version: 'first' });
  const answers = [await erase(run), await erase(run)];
  for (const { status, body } of answers) {
    expect([status, body.result.steps[0]?.payload]).toEqual([200, { version: 'first' }]);
  }
  expect(await api.deps.runKeys.find(api.refOf(run))).toBeNull();
});

test('an erased run and its steps have new ETags', async () => {
  const run = await finishedRun();
  const step = `/v1/steps/${stepUuid(run, 1)}`;
  const before = await Promise.all([pathOf(run), step].map((path) => api.call(path)));
  await erase(run);
  for (const [index, path] of [pathOf(run), step].entries()) {
    const tag = before[index]?.headers.get('etag') ?? '';
    expect((await api.call(path, { headers: { 'if-none-match': tag } })).status).toBe(200);
  }
});

const CALLBACK = 'https://backend.example/hook';

test('an erasure removes queries and fragments from addresses, also of pending webhooks', async () => {
  const run = await api.createRun({ callback_url: `${CALLBACK}?token=SECRET#ana` });
  await api.mint(run.uuid, 'https://bank.example/?email=ana@example.com');
  await api.call(`${pathOf(run)}/actions/cancel`, { body: { by: 'x', reason: 'y' } });
  const before = await api.deps.pendingWebhooks.findWithPending([api.refOf(run)]);
  const relay = new OutboxRelay({
    ...api.deps,
    tasks: { isCompleted: () => Promise.resolve(true), reconcile: () => Promise.resolve() },
  });
  await relay.relay([api.refOf(run)]);
  expect((await erase(run)).body.result['callback_url']).toBe(CALLBACK);
  const stored = async () => {
    const names = ['tokens', 'runs', 'webhook_deliveries', 'webhook_queues'];
    const all = await Promise.all(names.map((name) => api.documents(name)));
    return JSON.stringify(all);
  };
  for (const text of ['SECRET', '#ana', 'ana@example.com']) {
    expect(await stored()).not.toContain(text);
  }
  expect(await stored()).toContain(`"url":"${CALLBACK}"`);
  // A relay that had read the run before its erasure.
  jest.spyOn(api.deps.pendingWebhooks, 'find').mockResolvedValueOnce(before);
  await api.connection.collection('webhook_deliveries').deleteMany({});
  await relay.relay([]);
  expect(await api.documents('webhook_deliveries')).not.toEqual([]);
  expect(await stored()).not.toContain('SECRET');
});

test('an open run or a run of another account cannot be erased', async () => {
  const run = await api.createRun();
  const early = await erase(run);
  expect([early.status, early.body.error.code]).toEqual([409, 'conflict']);
  expect((await read(run)).status).toBe('pending');
  const finished = await finishedRun();
  const [stranger, reader] = [
    await api.addClient(),
    await api.addClient({ account_uuid: api.client.account_uuid, scopes: ['runs:read'] }),
  ];
  expect((await erase(finished, stranger.key)).status).toBe(404);
  expect((await erase(finished, reader.key)).status).toBe(403);
  expect(await read(finished)).toEqual(finished);
});
