/** Codes as the API hands them on. */
import type { SubmitMessage } from '../../src/workflows/messages';
import { stepUuid, TestApi, ACCEPTANCE_SETUP } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

/** A run whose person is to type a code that was issued under a key. */
async function awaitingCode(key_id: string) {
  const body = { name: 'N', first_verification: { channel: 'whatsapp' } };
  const nip = (await api.call('/v1/nips', { body })).body.result;
  const run = await api.createRun({
    steps: ['nip', 'acceptance'],
    setup: { ...ACCEPTANCE_SETUP, nip: { nip_uuid: nip.uuid } },
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
