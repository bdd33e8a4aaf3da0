/** Tests that live runs never use a sandbox connector. */
import { TestApi, type Client } from '../support/api';
import { SENDGRID_CONNECTOR, TWILIO_CONNECTOR } from '../support/live-connectors';

let api: TestApi;
let test_: Client;
let uuids: Record<'sandbox' | 'twilio' | 'sendgrid', string>;
beforeAll(async () => {
  api = await TestApi.start();
  test_ = await api.addClient({ account_uuid: api.client.account_uuid, mode: 'test' });
  uuids = {
    sandbox: await made('/v1/connectors', { name: 'Demo line', kind: 'sandbox' }),
    twilio: await made('/v1/connectors', TWILIO_CONNECTOR),
    sendgrid: await made('/v1/connectors', SENDGRID_CONNECTOR),
  };
});
afterAll(() => api.stop());

const made = async (path: string, body: object) =>
  (await api.call<{ uuid: string }>(path, { body })).body.result.uuid;
const sms = (name: 'sandbox' | 'twilio') => ({ channel: 'sms', connector_uuid: uuids[name] });
const email = (name: 'sandbox' | 'sendgrid') => ({
  channel: 'email',
  connector_uuid: uuids[name],
});
const create = (nip_uuid: string | null, bearer = api.client.key, step = 'nip') => {
  const setup = nip_uuid === null ? {} : { setup: { [step]: { nip_uuid } } };
  const to = { phone: '+573100000000', email: 'ana@example.com' };
  return api.call('/v1/workflows', { bearer, body: { steps: [step], ...setup, ...to } });
};

test.each([
  ['the first verification', 'sms', () => ({ first_verification: sms('sandbox') })],
  [
    'a backup',
    'sms',
    () => ({
      first_verification: {
        ...email('sendgrid'),
        backup: { after_failed_attempts: 1, ...sms('sandbox') },
      },
    }),
  ],
  [
    'the second verification',
    'email',
    () => ({ first_verification: sms('twilio'), second_verification: email('sandbox') }),
  ],
])(
  'a live run is refused when %s uses a sandbox connector, with the names of NIP and connector',
  async (_what, channel, verifications) => {
    const nip = await made('/v1/nips', { name: 'Mine', ...verifications() });
    const { status, body } = await create(nip);
    expect([status, body.error.code]).toEqual([400, 'validation_failed']);
    expect(body.error.details).toEqual([
      {
        path: 'setup.nip.nip_uuid',
        message:
          `uses the NIP "Mine" (${nip}), which sends ${channel} by the sandbox connector ` +
          `"Demo line" (${uuids.sandbox}): use a connector of a provider, or a test key`,
      },
    ]);
    expect((await create(nip, test_.key)).status).toBe(200);
  },
);

test('a live run is created when providers send all messages', async () => {
  const nip = await made('/v1/nips', {
    ...{ name: 'Real', first_verification: sms('twilio') },
    second_verification: email('sendgrid'),
  });
  expect((await create(nip)).status).toBe(200);
});

describe('the default NIPs', () => {
  const choose = (body: object) => api.call('/v1/account', { method: 'PUT', body });
  const verify = async (step: string, key: string) => (await create(null, key, step)).status;

  test('are separate for phones and emails, and live runs are refused when they use the sandbox', async () => {
    const phone = await made('/v1/nips', { name: 'P', first_verification: sms('sandbox') });
    const mail = await made('/v1/nips', { name: 'E', first_verification: email('sandbox') });
    await choose({ default_nip_uuid: phone });
    expect(await verify('verify_phone_number', test_.key)).toBe(200);
    expect(await verify('verify_email', test_.key)).toBe(400);
    const chosen = await choose({ default_email_nip_uuid: mail });
    expect(chosen.body.result).toMatchObject({
      ...{ default_nip_uuid: phone, default_email_nip_uuid: mail },
    });
    expect(await verify('verify_email', test_.key)).toBe(200);
    expect(await verify('verify_phone_number', test_.key)).toBe(200);
    expect(await verify('verify_email', api.client.key)).toBe(400);
    expect(await verify('verify_phone_number', api.client.key)).toBe(400);
  });

  test('fall back from the email NIP to the other NIP, which may have an email channel', async () => {
    const both = await made('/v1/nips', {
      ...{ name: 'B', first_verification: sms('sandbox') },
      second_verification: email('sandbox'),
    });
    await choose({ default_nip_uuid: both, default_email_nip_uuid: null });
    expect(await verify('verify_email', test_.key)).toBe(200);
  });

  test.each(['default_nip_uuid', 'default_email_nip_uuid'])(
    'must be NIPs of the account: %s',
    async (field) => {
      const { status, body } = await choose({ [field]: uuids.sandbox });
      expect([status, body.error.details]).toEqual([
        400,
        [{ path: field, message: 'is no NIP of this account' }],
      ]);
    },
  );
});
