/** Tests code attempts through the API. */
import { digestCode } from '../../src/platform/crypto/codes';
import { openSubmission } from '../../src/store/runs/sealed-content';
import { RunRefused, type NewRun } from '../../src/platform/temporal/run-gateway';
import type { SubmitMessage } from '../../src/workflows/messages/messages';
import { stepUuid, TestApi, ACCEPTANCE_SETUP } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

async function whatsappNip(verifications: 1 | 2 = 1): Promise<string> {
  const first_verification = { channel: 'whatsapp' };
  const second = verifications === 2 && { second_verification: first_verification };
  const body = { name: 'N', first_verification, ...second };
  return (await api.call('/v1/nips', { body })).body.result.uuid;
}

/** A run that expects a code issued under a given key. */
async function awaitingCode(key_id: string, verifications: 1 | 2 = 1) {
  const nip_uuid = await whatsappNip(verifications);
  const run = await api.createRun({
    steps: ['nip', 'acceptance'],
    setup: { ...ACCEPTANCE_SETUP, nip: { nip_uuid } },
    phone: '+573100000000',
  });
  const step_uuid = stepUuid(run, 0);
  const system = { actor: 'system', step_uuid } as const;
  const issue = { order: 1, issue: 1, digest: 'd', expires_at: Date.now() + 60_000 };
  await api.gateway.append(
    run.uuid,
    { ...system, type: 'step_started', data: { waits_for: 'person' } },
    { ...system, type: 'verification_started', data: { order: 1 } },
    { ...system, type: 'code_issued', data: { ...issue, key_id } },
  );
  return { run, step_uuid, system };
}

test('a code whose key was removed from CODE_KEYS is told as none that can be right', async () => {
  const { step_uuid } = await awaitingCode('removed');
  const body = { data: { code: '123456' } };
  expect((await api.call(`/v1/steps/${step_uuid}/submit`, { body })).status).toBe(200);
  const { facts } = api.gateway.messages.at(-1) as SubmitMessage;
  expect(facts).toEqual({ kind: 'code', order: 0, digest: '' });
});

test('a typed code is told as the same digest when it is repeated, though its verification has passed meanwhile', async () => {
  const { run, step_uuid, system } = await awaitingCode(api.deps.config.CODE_KEYS.current.id);
  const submit = () =>
    api.call(`/v1/steps/${step_uuid}/submit`, {
      body: { data: { code: '123456' } },
      idempotencyKey: 'typed',
    });
  const before = api.gateway.messages.length;
  api.gateway.trouble = 'answers_lost';
  expect((await submit()).status).toBe(503);
  api.gateway.trouble = null;
  const passed = { ...system, type: 'verification_passed', data: { order: 1 } } as const;
  await api.gateway.append(run.uuid, passed);
  expect((await submit()).status).toBe(200);
  const [first, second] = api.gateway.messages.slice(before) as SubmitMessage[];
  expect(first?.facts).toEqual({ kind: 'code', order: 1, digest: expect.any(String) });
  expect(second?.facts).toEqual(first?.facts);
});

test('the first of two codes, sent once more, is no guess at the second', async () => {
  const key_id = api.deps.config.CODE_KEYS.current.id;
  const { run, step_uuid, system } = await awaitingCode(key_id, 2);
  const submit = (code: string) =>
    api.call(`/v1/steps/${step_uuid}/submit`, { body: { data: { code } } });
  const place = { run_uuid: run.uuid, step_uuid, order: 1 };
  const digest = digestCode(api.deps.config.CODE_KEYS, key_id, place, '123456');
  const second = { order: 2, issue: 1, digest: 'd', key_id, expires_at: Date.now() + 60_000 };
  await api.gateway.append(
    run.uuid,
    { ...system, type: 'code_issued', data: { ...second, order: 1, issue: 2, digest } },
    { ...system, type: 'verification_passed', data: { order: 1 } },
    { ...system, type: 'verification_started', data: { order: 2 } },
    { ...system, type: 'code_issued', data: second },
  );
  const spend = jest.spyOn(api.deps.budgets, 'spendCodeAttempt');
  const refused = new RunRefused('code_expired', 'The code has expired.');
  jest.spyOn(api.gateway, 'submit').mockRejectedValueOnce(refused);
  expect((await submit('123456')).status).toBe(422);
  const [, message] = (api.gateway.submit as jest.Mock).mock.calls.at(-1) as [
    string,
    SubmitMessage,
  ];
  expect(message.facts).toEqual({ kind: 'code', order: 1, digest });
  expect(spend).not.toHaveBeenCalled();
  await submit('654321');
  expect(api.gateway.messages.at(-1)).toMatchObject({ facts: { order: 2 } });
  expect(spend).toHaveBeenCalledTimes(1);
});

describe('who typed a code', () => {
  const kept = async (uuid: string) =>
    Object.keys((await api.deps.runs.findWithEvents(uuid))?.submissions ?? {});

  test('is told with it, sealed, and kept with the event that it was right', async () => {
    const { run, step_uuid } = await awaitingCode(api.deps.config.CODE_KEYS.current.id);
    const keep = jest.spyOn(api.deps.runs, 'storeSubmission');
    const body = { data: { code: '123456' }, client: { ip: '192.0.2.7', user_agent: 'phone' } };
    expect((await api.call(`/v1/steps/${step_uuid}/submit`, { body })).status).toBe(200);
    expect(keep).not.toHaveBeenCalled();
    keep.mockRestore();
    const { id, sealed = '' } = api.gateway.messages.at(-1) as SubmitMessage;
    expect(await kept(run.uuid)).toEqual([id]);
    const key = (await api.deps.runKeys.find(api.refOf(run))) as Buffer;
    const place = { run_uuid: run.uuid, id };
    const content = openSubmission(key, place, Buffer.from(sealed, 'base64'));
    expect(content).toMatchObject({ data: null, client: { ip: '192.0.2.7', user_agent: 'phone' } });
  });

  test('is not kept where the workflow refuses it', async () => {
    const { run, step_uuid } = await awaitingCode(api.deps.config.CODE_KEYS.current.id);
    const refused = new RunRefused('code_incorrect', 'The code is not right.');
    jest.spyOn(api.gateway, 'submit').mockRejectedValueOnce(refused);
    const body = { data: { code: '654321' } };
    expect((await api.call(`/v1/steps/${step_uuid}/submit`, { body })).status).toBe(422);
    expect(await kept(run.uuid)).toEqual([]);
  });
});

test('a run that begins at once with a known phone has its first code made with it', async () => {
  const created = await api.createRun({
    ...{ steps: ['verify_phone_number'], start: 'immediate' },
    setup: { verify_phone_number: { phone: '+573100000000', nip_uuid: await whatsappNip() } },
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
  ['that is opened first', { start: 'on_open' }, { phone: '+573100000000' }],
  ['whose person is asked for the phone', { start: 'on_open' }, {}],
])('a run %s has no code made with it', async (_name, more, given) => {
  const setup = { verify_phone_number: { ...given, nip_uuid: await whatsappNip() } };
  const created = await api.createRun({ steps: ['verify_phone_number'], setup, ...more });
  expect(api.gateway.started.get(created.uuid)?.input.prepared).toBeUndefined();
});
