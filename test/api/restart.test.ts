/** Tests replacement runs, for persons who entered a wrong number. */
import { randomUUID } from 'node:crypto';
import { ACCEPTANCE_SETUP, ADDRESS, stepUuid, TestApi, type RunJson } from '../support/api';

let api: TestApi;
let nip_uuid: string;
beforeAll(async () => {
  api = await TestApi.start();
  const nip = {
    ...{ name: 'WhatsApp', type: 'generic' },
    first_verification: { channel: 'whatsapp' },
  };
  nip_uuid = (await api.call('/v1/nips', { body: nip })).body.result.uuid;
});
afterAll(() => api.stop());

const WRONG = '+525512345678';
const RIGHT = '+525587654321';
const pathOf = ({ uuid }: RunJson) => `/v1/workflows/${uuid}`;
const restart = (run: RunJson, body: object = {}, idempotencyKey: string = randomUUID()) =>
  api.call(`${pathOf(run)}/restart`, { body, idempotencyKey });
const read = async (run: RunJson) => (await api.call(pathOf(run))).body.result;
const submit = (run: RunJson, index: number, data: object) =>
  api.call(`/v1/steps/${stepUuid(run, index)}/submit`, { body: { data } });
const refusal = ({ status, body }: Awaited<ReturnType<typeof restart>>) => [
  status,
  body.error.code,
  body.error.details.map(({ path }) => path),
];

const FLOW = {
  steps: ['personal_address', 'acceptance', 'verify_phone_number'],
  people_uuid: 'cf455647-34ad-4bf2-900a-83f385b07927',
  external_reference_id: 42,
  metadata: { branch: 'Centro' },
  expires_in: 60,
};
const setup = (more: object = {}) => ({
  ...ACCEPTANCE_SETUP,
  verify_phone_number: { nip_uuid, ...more },
});
const begun = async (more: object = {}) => {
  const run = await api.createRun({ ...FLOW, setup: setup({ phone: WRONG }), ...more });
  await submit(run, 0, ADDRESS);
  return run;
};

test('a restart copies the forms, asks for the rest again and cancels the run before it', async () => {
  const first = await begun();
  const answer = await restart(first, { phone: RIGHT });
  expect(answer.status).toBe(200);
  const second = answer.body.result;
  const before = await read(first);
  expect([before.status, before['reason']]).toEqual(['cancelled', 'restarted']);
  const { people_uuid, external_reference_id, metadata, expires_in } = before;
  expect(second).toMatchObject({
    ...{ people_uuid, external_reference_id, metadata, expires_in },
    ...{ status: 'pending', restarted_from: first.uuid },
  });
  expect(second.uuid).not.toBe(first.uuid);
  expect(second.steps.map(({ step, status }) => [step, status])).toEqual([
    ['personal_address', 'success'],
    ['acceptance', 'pending'],
    ['verify_phone_number', 'pending'],
  ]);
  expect(second.steps[0]?.payload).toEqual(before.steps[0]?.payload);
  expect(await read(second)).toEqual(second);
  expect((await submit(second, 1, { accepted: true })).status).toBe(200);
  expect(JSON.stringify(await api.documents('runs'))).not.toContain(ADDRESS.street);
});

test('a restart sends no code to the wrong phone: the step asks for a phone unless the caller gives one', async () => {
  const first = await api.createRun({
    steps: ['verify_phone_number'],
    setup: setup({ phone: WRONG }),
  });
  expect(api.gateway.started.get(first.uuid)?.input).toMatchObject({ prepared: {} });
  const asking = (await restart(first)).body.result;
  expect(api.gateway.started.get(asking.uuid)?.input).not.toHaveProperty('prepared');
  const withPhone = (await restart(first, { phone: RIGHT })).body.result;
  expect(api.gateway.started.get(withPhone.uuid)?.input).toMatchObject({
    prepared: {
      content: { destinations: { phone: expect.stringMatching(/4321$/) as string } },
    },
  });
});

test('a restart asks again for a form with the destination of codes', async () => {
  const form = { name: 'Contact', fields: [{ predefined: 'nip_generic', without: ['email'] }] };
  const form_uuid = (await api.call('/v1/forms', { body: form })).body.result.uuid;
  const first = await api.createRun({
    steps: ['custom_form', 'nip'],
    setup: { custom_form: { form_uuid }, nip: { nip_uuid } },
  });
  expect((await submit(first, 0, { phone: WRONG })).status).toBe(200);
  const second = (await restart(first)).body.result;
  expect(second.steps.map(({ status }) => status)).toEqual(['pending', 'pending']);
});

test('a restart uses the configuration of the run before it, even when it is archived', async () => {
  const nip = { name: 'Old', type: 'generic', first_verification: { channel: 'whatsapp' } };
  const old = (await api.call('/v1/nips', { body: nip })).body.result.uuid;
  const first = await begun({
    setup: { ...setup(), verify_phone_number: { nip_uuid: old } },
  });
  await api.call(`/v1/nips/${old}`, { method: 'DELETE' });
  expect((await restart(first)).status).toBe(200);
});

test('a restart asks again for a form with a knockout rule, which may have ended the run', async () => {
  const rule = { name: 'Z', template: "state != 'CDMX'", active: true, step: 'personal_address' };
  const { uuid } = (await api.call('/v1/knockout-rules', { body: rule })).body.result;
  const set = { name: 'S', description: '', active: true, knockout_rules: [uuid] };
  const rule_set_uuid = (await api.call('/v1/rule-sets', { body: set })).body.result.uuid;
  const first = await begun({ rule_set_uuid });
  const second = (await restart(first)).body.result;
  expect([second.steps[0]?.status, second['rule_set_uuid']]).toEqual(['pending', rule_set_uuid]);
});

test('a restart repeated with one Idempotency-Key creates one run', async () => {
  const first = await begun();
  const key = randomUUID();
  const [one, again] = [await restart(first, {}, key), await restart(first, {}, key)];
  expect(again.body).toEqual(one.body);
});

test('a restart does not change a finished run', async () => {
  const first = await begun();
  await api.call(`${pathOf(first)}/actions/cancel`, { body: { by: 'x', reason: 'by_hand' } });
  expect((await restart(first)).status).toBe(200);
  expect((await read(first))['reason']).toBe('by_hand');
});

test('a restart is refused without a destination for codes, without open steps and for an erased run', async () => {
  const preset = await api.createRun({
    steps: ['nip'],
    setup: { nip: { nip_uuid } },
    phone: WRONG,
  });
  expect(refusal(await restart(preset))).toEqual([400, 'validation_failed', ['phone']]);
  expect((await read(preset)).status).not.toBe('cancelled');
  const done = await api.createRun({ steps: ['personal_address'] });
  await submit(done, 0, ADDRESS);
  expect(refusal(await restart(done))).toEqual([409, 'action_not_allowed', []]);
  const erased = await begun();
  await api.call(`${pathOf(erased)}/actions/cancel`, { body: { by: 'x', reason: 'y' } });
  await api.call(`${pathOf(erased)}/personal-data`, { method: 'DELETE' });
  expect(refusal(await restart(erased))).toEqual([409, 'action_not_allowed', []]);
});

test('a restart is refused for a run of another account, a wrong phone and an unknown field', async () => {
  const run = await begun();
  const { key } = await api.addClient();
  const other = await api.call(`${pathOf(run)}/restart`, { body: {}, bearer: key });
  expect(other.status).toBe(404);
  expect(refusal(await restart(run, { phone: '5512345678' }))).toEqual([
    ...[400, 'validation_failed'],
    ['phone'],
  ]);
  expect(refusal(await restart(run, { steps: [] }))).toEqual([400, 'validation_failed', ['steps']]);
});
