/** Tests code attempts through the API. */
import { randomInt } from 'node:crypto';
import { parseKeyring } from '../../src/platform/crypto/keyring';
import { openSubmission } from '../../src/store/runs/sealed-content';
import type { NewRun } from '../../src/platform/temporal/run-gateway';
import type { SubmitMessage } from '../../src/workflows/messages/messages';
import { stepUuid, TestApi, ACCEPTANCE_SETUP } from '../support/api';

const PHONE = '+573100000000';

interface SandboxMessage {
  text: string;
}

let api: TestApi;
/** A key of the test mode, in which the sandbox sends codes. */
let bearer: string;
beforeAll(async () => {
  api = await TestApi.start();
  bearer = (await api.addClient({ account_uuid: api.client.account_uuid, mode: 'test' })).key;
});
afterAll(() => api.stop());

async function whatsappNip(verifications: 1 | 2 = 1): Promise<string> {
  const first_verification = { channel: 'whatsapp' };
  const second = verifications === 2 && { second_verification: first_verification };
  const body = { name: 'N', first_verification, ...second };
  return (await api.call('/v1/nips', { body })).body.result.uuid;
}

/** Returns a run that waits for a code, and the code. */
async function awaitingCode(verifications: 1 | 2 = 1) {
  const setup = { ...ACCEPTANCE_SETUP, nip: { nip_uuid: await whatsappNip(verifications) } };
  const body = { steps: ['nip', 'acceptance'], setup, phone: `+5731${randomInt(1e7, 9e7)}` };
  const run = await api.createRun(body, { bearer });
  await api.call(`/v1/workflows/${run.uuid}/start`, { bearer, body: {} });
  const to = encodeURIComponent(body.phone);
  for (;;) {
    const { result } = (
      await api.call<{ data: SandboxMessage[] }>(`/v1/sandbox/messages?to=${to}`, { bearer })
    ).body;
    const code = /\d+/.exec(result.data[0]?.text ?? '')?.[0];
    if (code !== undefined) return { run, step_uuid: stepUuid(run, 0), code };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Submits a code; `more` replaces parts of the call. */
const submit = (step_uuid: string, code: string, more: object = {}) =>
  api.call(`/v1/steps/${step_uuid}/submit`, { bearer, body: { data: { code } }, ...more });

test('a code whose key is not in CODE_KEYS is sent to the run with an empty digest', async () => {
  const { step_uuid, code } = await awaitingCode();
  const { config } = api.deps;
  const removed = parseKeyring(`other:${Buffer.alloc(32, 9).toString('base64')}`);
  api.deps.config = { ...config, CODE_KEYS: removed };
  const { status } = await submit(step_uuid, code);
  api.deps.config = config;
  expect(status).toBe(422);
  const { facts } = api.gateway.messages.at(-1) as SubmitMessage;
  expect(facts).toEqual({ kind: 'code', order: 0, digest: '' });
});

test('a repeated code has the same digest after its verification passed', async () => {
  const { step_uuid, code } = await awaitingCode();
  const before = api.gateway.messages.length;
  api.gateway.trouble = 'answers_lost';
  expect((await submit(step_uuid, code, { idempotencyKey: 'typed' })).status).toBe(503);
  api.gateway.trouble = null;
  expect((await submit(step_uuid, code, { idempotencyKey: 'typed' })).status).toBe(200);
  const [first, second] = api.gateway.messages.slice(before) as SubmitMessage[];
  expect(first?.facts).toEqual({ kind: 'code', order: 1, digest: expect.any(String) });
  expect(second?.facts).toEqual(first?.facts);
});

test('the first of two codes, sent again, does not count as an attempt at the second', async () => {
  const { step_uuid, code } = await awaitingCode(2);
  expect((await submit(step_uuid, code)).status).toBe(200);
  const spend = jest.spyOn(api.deps.budgets, 'spendCodeAttempt');
  const again = await submit(step_uuid, code);
  expect([again.status, again.body.error.code]).toEqual([422, 'code_expired']);
  expect(api.gateway.messages.at(-1)).toMatchObject({ facts: { order: 1 } });
  expect(spend).not.toHaveBeenCalled();
  await submit(step_uuid, code === '654321' ? '123456' : '654321');
  expect(api.gateway.messages.at(-1)).toMatchObject({ facts: { order: 2 } });
  expect(spend).toHaveBeenCalledTimes(1);
  spend.mockRestore();
});

describe('the origin of a code attempt', () => {
  const storedIds = async (uuid: string) =>
    Object.keys((await api.deps.runs.findWithEvents(uuid))?.submissions ?? {});

  test('is sent encrypted with the attempt and stored with the event of a correct code', async () => {
    const { run, step_uuid, code } = await awaitingCode();
    const store = jest.spyOn(api.deps.runs, 'storeSubmission');
    const body = { data: { code }, client: { ip: '192.0.2.7', user_agent: 'phone' } };
    expect((await submit(step_uuid, code, { body })).status).toBe(200);
    expect(store).not.toHaveBeenCalled();
    store.mockRestore();
    const { id, sealed = '' } = api.gateway.messages.at(-1) as SubmitMessage;
    expect(await storedIds(run.uuid)).toEqual([id]);
    const key = (await api.deps.runKeys.find(api.refOf(run))) as Buffer;
    const place = { run_uuid: run.uuid, id };
    const content = openSubmission(key, place, Buffer.from(sealed, 'base64'));
    expect(content).toMatchObject({ data: null, client: { ip: '192.0.2.7', user_agent: 'phone' } });
  });

  test('is not stored when the run refuses the code', async () => {
    const { run, step_uuid, code } = await awaitingCode();
    const wrong = code === '654321' ? '123456' : '654321';
    expect((await submit(step_uuid, wrong)).status).toBe(422);
    expect(await storedIds(run.uuid)).toEqual([]);
  });
});

test('the first code of a run that starts immediately with a known phone is prepared at its creation', async () => {
  const created = await api.createRun({
    ...{ steps: ['verify_phone_number'], start: 'immediate' },
    setup: { verify_phone_number: { phone: PHONE, nip_uuid: await whatsappNip() } },
  });
  const { input } = api.gateway.started.get(created.uuid) as NewRun;
  expect(input.prepared).toMatchObject({
    step_uuid: stepUuid(created, 0),
    content: {
      ...{ order: 1, issue: 1 },
      destinations: { phone: expect.stringMatching(/^\+57\*+0000$/), email: null },
    },
  });
  expect(JSON.stringify(input)).not.toContain('3100000000');
});

test.each([
  ['that waits for its person', { start: 'on_open' }, { phone: PHONE }],
  ['whose person is asked for the phone', { start: 'on_open' }, {}],
])('no code is prepared at the creation of a run %s', async (_name, more, given) => {
  const setup = { verify_phone_number: { ...given, nip_uuid: await whatsappNip() } };
  const created = await api.createRun({ steps: ['verify_phone_number'], setup, ...more });
  expect(api.gateway.started.get(created.uuid)?.input.prepared).toBeUndefined();
});
