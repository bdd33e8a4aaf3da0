/** Tests connectors: validation, presentation and storage. */
import { TestApi } from '../support/api';
import { ACCOUNT_SID, AUTH_TOKEN, LoopbackTwilio } from '../support/loopback-twilio';
import { API_KEY, LoopbackSendgrid } from '../support/loopback-sendgrid';

interface ConnectorJson {
  uuid: string;
  kind: string;
  receipts: boolean;
  paused: boolean;
  credentials: Record<string, string>;
  sender: Record<string, unknown>;
}

const twilioServer = new LoopbackTwilio();
const sendgridServer = new LoopbackSendgrid();
let api: TestApi;
beforeAll(async () => {
  await Promise.all([twilioServer.start(), sendgridServer.start()]);
  const providers = {
    TWILIO_API_BASE_URL: twilioServer.url,
    SENDGRID_API_BASE_URL: sendgridServer.url,
  };
  api = await TestApi.start(undefined, { providers });
});
afterAll(() => Promise.all([api.stop(), twilioServer.stop(), sendgridServer.stop()]));

const CREDENTIALS = { account_sid: ACCOUNT_SID, auth_token: AUTH_TOKEN };
const twilio = (more: object = {}) => ({
  ...{ name: 'Twilio', kind: 'twilio', credentials: CREDENTIALS },
  ...{ sender: { sms: '+15005550006' }, ...more },
});
const sendgrid = (more: object = {}) => ({
  ...{ name: 'SendGrid', kind: 'sendgrid', sender: { email: 'codes@bank.example' } },
  credentials: { api_key: API_KEY, webhook_public_key: sendgridServer.publicKey },
  ...more,
});
const create = (body: object) => api.call<ConnectorJson>('/v1/connectors', { body });
const faultsOf = async (body: object) => {
  const answer = await create(body);
  return answer.status === 400 ? answer.body.error.details.map(({ path }) => path) : answer.status;
};

test('a connector returns its credentials masked and neither stores nor logs them in plain text', async () => {
  const made = (await create(twilio())).body.result;
  expect(made).toMatchObject({ kind: 'twilio', receipts: true, paused: false });
  expect(made.credentials).toEqual({
    account_sid: 'AC****aaaa',
    auth_token: '********',
    shared_key: null,
  });
  await create(sendgrid());
  const read = await api.call('/v1/connectors');
  const stored = JSON.stringify(await api.documents('connectors'));
  const replies = JSON.stringify(await api.documents('idempotency'));
  for (const secret of [AUTH_TOKEN, API_KEY]) {
    const bytes = Buffer.from(secret).toString('base64').replace(/=+$/, '');
    for (const [place, text] of Object.entries({
      read: read.text,
      stored,
      replies,
      log: api.logs,
    })) {
      expect([place, text.includes(secret), text.includes(bytes)]).toEqual([place, false, false]);
    }
  }
});

test('PUT replaces the given credentials and leaves other credentials unchanged', async () => {
  const { uuid } = (
    await create(twilio({ credentials: { ...CREDENTIALS, auth_token: 'x'.repeat(32) } }))
  ).body.result;
  const ask = async () =>
    (
      await api.call<{ ok: boolean; error_code: string }>(`/v1/connectors/${uuid}/test`, {
        body: {},
      })
    ).body.result;
  expect(await ask()).toEqual({ ok: false, error_code: 'twilio_20003' });
  const path = `/v1/connectors/${uuid}`;
  await api.call(path, { method: 'PUT', body: { name: 'Other' } });
  expect(await ask()).toEqual({ ok: false, error_code: 'twilio_20003' });
  const changed = await api.call<ConnectorJson>(path, {
    ...{ method: 'PUT', body: { credentials: CREDENTIALS } },
  });
  expect(changed.body.result).toMatchObject({ name: 'Other', sender: { sms: '+15005550006' } });
  expect(await ask()).toEqual({ ok: true, error_code: null });
});

test('a SendGrid connector is tested in sandbox mode and has receipts when its public key is known', async () => {
  const made = (await create(sendgrid())).body.result;
  expect(made.receipts).toBe(true);
  const answer = await api.call(`/v1/connectors/${made.uuid}/test`, { body: {} });
  expect(answer.body.result).toEqual({ ok: true, error_code: null });
  expect(sendgridServer.messages).toEqual([]);
  const withoutKey = (await create(sendgrid({ credentials: { api_key: API_KEY } }))).body.result;
  expect(withoutKey.receipts).toBe(false);
});

test('a connector is paused and resumed, and a change in between leaves it paused', async () => {
  const { uuid } = (await create(twilio())).body.result;
  const path = `/v1/connectors/${uuid}`;
  const control = async (verb: string) =>
    (await api.call<ConnectorJson>(`${path}/${verb}`, { body: {} })).body.result.paused;
  expect(await control('pause')).toBe(true);
  const changed = await api.call<ConnectorJson>(path, { method: 'PUT', body: { name: 'Other' } });
  expect(changed.body.result.paused).toBe(true);
  expect(await control('resume')).toBe(false);
});

test('an invalid connector is refused with the path of its error', async () => {
  const withSender = (sender: object, more: object = {}) => faultsOf(twilio({ sender, ...more }));
  expect(await withSender({})).toEqual(['sender.sms']);
  const channels = ['whatsapp'];
  expect(await withSender({}, { channels })).toEqual(['sender.whatsapp', 'sender.content_sids']);
  expect(await withSender({ sms: '0055' + '1'.repeat(9) })).toEqual(['sender.sms']);
  expect(await faultsOf(twilio({ credentials: undefined }))).toEqual(['credentials']);
  expect(await faultsOf(twilio({ base_url: 'http://evil.example' }))).toEqual(['base_url']);
  expect(await faultsOf(twilio({ channels: ['email'] }))).toEqual(['channels.0']);
  expect(await faultsOf(sendgrid({ credentials: { api_key: 'nope' } }))).toEqual([
    'credentials.api_key',
  ]);
  const withoutKey = { credentials: { api_key: API_KEY }, receipts: true };
  expect(await faultsOf(sendgrid(withoutKey))).toEqual(['credentials.webhook_public_key']);
  const { uuid } = (await create(twilio())).body.result;
  const change = { method: 'PUT', body: { kind: 'sendgrid' } };
  expect((await api.call(`/v1/connectors/${uuid}`, change)).status).toBe(400);
});
