/** Tests that the phone or email of a run presets its verification steps, and what the session asks for. */
import { openCreation } from '../../src/store/runs/sealed-content';
import type { RunRecord } from '../../src/store/runs/runs';
import { stepUuid, TestApi, type ProgressJson, type RunJson } from '../support/api';

interface SessionJson {
  asks_for: string | null;
  asks_for_phone: boolean;
  step: { prefill: Record<string, unknown> | null } | null;
}

let api: TestApi;
let email_nip: string;
let phone_nip: string;
beforeAll(async () => {
  api = await TestApi.start();
  const { uuid: connector_uuid } = await made('/v1/connectors', TWILIO);
  const first_verification = { channel: 'sms', connector_uuid };
  phone_nip = (await made('/v1/nips', { name: 'SMS', first_verification })).uuid;
  const email = (await made('/v1/connectors', SENDGRID)).uuid;
  const byEmail = { channel: 'email', connector_uuid: email };
  email_nip = (await made('/v1/nips', { name: 'Email', first_verification: byEmail })).uuid;
});
afterAll(() => api.stop());

const TWILIO = {
  ...{ name: 'Twilio', kind: 'twilio', sender: { sms: '+15005550006' } },
  credentials: { account_sid: `AC${'a'.repeat(32)}`, auth_token: 'b'.repeat(32) },
};
const SENDGRID = {
  ...{ name: 'SendGrid', kind: 'sendgrid', sender: { email: 'codes@bank.example' } },
  credentials: { api_key: 'SG.abcdefghijklmnop' },
};
const PHONE = '+525512345678';
const OTHER = '+525587654321';

async function made(path: string, body: object) {
  const answer = await api.call(path, { body });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body.result;
}
const create = (step: string, nip_uuid: string, more: object = {}, preset: object = {}) =>
  api.createRun({ steps: [step], setup: { [step]: { nip_uuid, ...preset } }, ...more });
const session = async (run: RunJson) => {
  const { token: bearer } = await api.mint(run.uuid);
  return (await api.call<SessionJson>('/v1/session', { bearer })).body.result;
};
const prepared = (run: RunJson) =>
  (api.gateway.started.get(run.uuid)?.input as { prepared?: { content: object } }).prepared;
const submit = (run: RunJson, index: number, data: object) =>
  api.call<ProgressJson>(`/v1/steps/${stepUuid(run, index)}/submit`, { body: { data } });

test.each([
  ['verify_phone_number', () => phone_nip, { phone: PHONE }, /5678$/],
  ['verify_email', () => email_nip, { email: 'ana@example.com' }, /@example\.com$/],
] as const)(
  '%s sends its code immediately to the destination of the run',
  async (step, nip, given, end) => {
    const run = await create(step, nip(), given);
    const [field = ''] = Object.keys(given);
    expect(prepared(run)?.content).toMatchObject({
      destinations: { [field]: expect.stringMatching(end) as string },
    });
    expect(await session(run)).toMatchObject({ asks_for: 'code', asks_for_phone: false });
  },
);

test("a step's own setup overrides the destination of the run", async () => {
  const run = await create('verify_phone_number', phone_nip, { phone: PHONE }, { phone: OTHER });
  expect(prepared(run)?.content).toMatchObject({
    destinations: { phone: expect.stringMatching(/4321$/) as string },
  });
});

test.each([
  ['verify_phone_number', () => phone_nip, { email: 'ana@example.com' }, 'phone'],
  ['verify_email', () => email_nip, { phone: PHONE }, 'email'],
  ['cdc_authorization', () => phone_nip, { phone: PHONE }, 'consent'],
] as const)('%s returns in the session what it asks for', async (step, nip, given, asked) => {
  const run = await create(step, nip(), given);
  expect(prepared(run)).toBeUndefined();
  expect(await session(run)).toMatchObject({
    asks_for: asked,
    asks_for_phone: asked === 'phone',
  });
});

test('a step without codes asks for data, and a finished run asks for nothing', async () => {
  const run = await api.createRun();
  const { token: bearer } = await api.mint(run.uuid);
  const asked = async () =>
    (await api.call<SessionJson>('/v1/session', { bearer })).body.result.asks_for;
  expect(await asked()).toBe('data');
  await api.call(`/v1/workflows/${run.uuid}/actions/cancel`, { body: { by: 'x', reason: 'y' } });
  expect(await asked()).toBeNull();
});

describe('a restart', () => {
  const start = async (email = false) => {
    const without = email ? [] : ['email'];
    const { uuid: form_uuid } = await made('/v1/forms', {
      name: 'Contact',
      fields: [
        { key: 'alias', label: 'Alias', type: 'text', required: true },
        { predefined: 'nip_generic', without },
      ],
    });
    const run = await api.createRun({
      steps: ['custom_form', 'nip'],
      setup: { custom_form: { form_uuid }, nip: { nip_uuid: phone_nip } },
    });
    const typed = { alias: 'Ana', phone: PHONE, ...(email && { email: 'ana@example.com' }) };
    expect((await submit(run, 0, typed)).status).toBe(200);
    return run;
  };
  const restart = async (run: RunJson, body: object) => {
    const answer = await api.call(`/v1/workflows/${run.uuid}/restart`, { body });
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return answer.body.result;
  };

  test('asks for the destination in a form again and prefills its other fields', async () => {
    const second = await restart(await start(), {});
    expect(second.steps.map(({ status }) => status)).toEqual(['pending', 'pending']);
    expect((await session(second)).step?.prefill).toEqual({ alias: 'Ana' });
    expect((await submit(second, 0, { alias: 'Ana', phone: OTHER })).status).toBe(200);
  });

  test('copies a form with the given destinations when all of them are given', async () => {
    const second = await restart(await start(), { phone: OTHER });
    expect(second.steps.map(({ status }) => status)).toEqual(['success', 'pending']);
    expect(second.steps[0]?.payload).toEqual({ alias: 'Ana', phone: OTHER });
    expect(await presetOf(second)).toMatchObject({ nip: { phone: OTHER } });
  });

  test('uses a given phone instead of the phone that the form has later', async () => {
    const second = await restart(await start(true), { phone: OTHER });
    expect((await session(second)).step?.prefill).toEqual({ alias: 'Ana', phone: OTHER });
    expect(await presetOf(second)).toMatchObject({ nip: { phone: OTHER } });
    const other = { alias: 'Ana', phone: PHONE, email: 'ana@example.com' };
    expect((await submit(second, 0, other)).status).toBe(200);
    const { payload } = (await api.call(`/v1/workflows/${second.uuid}`)).body.result.steps[0] ?? {};
    expect(payload).toEqual(other);
  });

  const tenant = () => ({ account_uuid: api.client.account_uuid, mode: 'live' as const });
  /** Returns the setups that a run was created with, which override the data of forms. */
  const presetOf = async (run: RunJson) => {
    const record = (await api.deps.runs.find(tenant(), run.uuid)) as RunRecord;
    const key = (await api.deps.runKeys.find(record.view)) as Buffer;
    return openCreation(key, run.uuid, record.sealed).setup;
  };
});
