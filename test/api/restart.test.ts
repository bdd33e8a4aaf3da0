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

test('keeps the forms, asks the rest again and ends the run before it', async () => {
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

test('is sent no code at the wrong number: a step asks for it unless the caller gives it', async () => {
  const first = await api.createRun({
    steps: ['verify_phone_number'],
    setup: setup({ phone: WRONG }),
  });
  expect(api.gateway.started.get(first.uuid)?.input).toMatchObject({ prepared: {} });
  const asking = (await restart(first)).body.result;
  expect(api.gateway.started.get(asking.uuid)?.input).not.toHaveProperty('prepared');
  const told = (await restart(first, { phone: RIGHT })).body.result;
  expect(api.gateway.started.get(told.uuid)?.input).toMatchObject({
    prepared: {
      content: { destinations: { phone: expect.stringMatching(/4321$/) as string } },
    },
  });
});

test('asks a form again that said where codes go', async () => {
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

test('keeps what it was created with, also what was archived since', async () => {
  const nip = { name: 'Old', type: 'generic', first_verification: { channel: 'whatsapp' } };
  const old = (await api.call('/v1/nips', { body: nip })).body.result.uuid;
  const first = await begun({
    setup: { ...setup(), verify_phone_number: { nip_uuid: old } },
  });
  await api.call(`/v1/nips/${old}`, { method: 'DELETE' });
  expect((await restart(first)).status).toBe(200);
});

test('asks a form again that a knockout rule follows: it may be why the run ended', async () => {
  const rule = { name: 'Z', template: "state != 'CDMX'", active: true, step: 'personal_address' };
  const { uuid } = (await api.call('/v1/knockout-rules', { body: rule })).body.result;
  const set = { name: 'S', description: '', active: true, knockout_rules: [uuid] };
  const rule_set_uuid = (await api.call('/v1/rule-sets', { body: set })).body.result.uuid;
  const first = await begun({ rule_set_uuid });
  const second = (await restart(first)).body.result;
  expect([second.steps[0]?.status, second['rule_set_uuid']]).toEqual(['pending', rule_set_uuid]);
});

test('is one run however often it is asked for with one key', async () => {
  const first = await begun();
  const key = randomUUID();
  const [one, again] = [await restart(first, {}, key), await restart(first, {}, key)];
  expect(again.body).toEqual(one.body);
});

test('leaves a run that ended as it ended', async () => {
  const first = await begun();
  await api.call(`${pathOf(first)}/actions/cancel`, { body: { by: 'x', reason: 'by_hand' } });
  expect((await restart(first)).status).toBe(200);
  expect((await read(first))['reason']).toBe('by_hand');
});

test('is refused where a code would have nowhere to go, where nothing is left, where it was erased', async () => {
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

test("is refused for another's run, a wrong phone and an unknown field", async () => {
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
