/** Tests callbacks of providers: their authentication and their effects. */
import { randomUUID } from 'node:crypto';
import { TestApi } from '../support/api';
import { ACCOUNT_SID, AUTH_TOKEN, tell } from '../support/loopback-twilio';
import { API_KEY, LoopbackSendgrid, type SendgridMessage } from '../support/loopback-sendgrid';

const PUBLIC_URL = 'https://verify.example';
const sendgrid = new LoopbackSendgrid();
let api: TestApi;
let twilioUuid: string;
let sendgridUuid: string;
beforeAll(async () => {
  api = await TestApi.start();
  const create = async (body: object) =>
    (await api.call<{ uuid: string }>('/v1/connectors', { body })).body.result.uuid;
  twilioUuid = await create({
    ...{ name: 'T', kind: 'twilio', sender: { sms: '+15005550006' } },
    credentials: { account_sid: ACCOUNT_SID, auth_token: AUTH_TOKEN },
  });
  sendgridUuid = await create({
    ...{ name: 'S', kind: 'sendgrid', sender: { email: 'codes@bank.example' } },
    credentials: { api_key: API_KEY, webhook_public_key: sendgrid.publicKey },
  });
});
afterAll(() => api.stop());
afterEach(() => (api.gateway.trouble = null));

/** A send that its provider accepted, and its key. */
async function acceptedSend(channel: 'sms' | 'email' = 'sms') {
  const [step_uuid, run_uuid] = [randomUUID(), randomUUID()];
  const key = `${step_uuid}-1-2`;
  const connector_uuid = channel === 'sms' ? twilioUuid : sendgridUuid;
  const { account_uuid } = api.client;
  await api.deps.sends.claim(key, {
    run_uuid,
    account_uuid,
    mode: 'live',
    channel,
    connector_uuid,
  });
  const reportsOfRun = () => api.gateway.reports.filter((each) => each.run_uuid === run_uuid);
  const providerId = () => api.deps.sends.providerIdOf({ account_uuid, run_uuid }, key);
  return { key, run_uuid, step_uuid, reportsOfRun, providerId };
}

const SID = `SM${'1'.repeat(32)}`;
function callBack(
  key: string | null,
  form: Record<string, string>,
  { token = AUTH_TOKEN, connector = twilioUuid, path = '', host = PUBLIC_URL } = {},
): Promise<number> {
  const query = key === null ? '' : `?key=${key}`;
  const place = `/callbacks/twilio/${connector}${path}${query}`;
  const fields = { MessageSid: SID, AccountSid: ACCOUNT_SID, ...form };
  return tell(`http://127.0.0.1:${api.port}${place}`, fields, token, `${host}${place}`);
}

describe("Twilio's callback", () => {
  test('reports the final status of a message to its run', async () => {
    const { key, step_uuid, run_uuid, reportsOfRun } = await acceptedSend();
    expect(await callBack(key, { MessageStatus: 'sent' })).toBe(204);
    expect(reportsOfRun()).toEqual([]);
    const form = { MessageStatus: 'undelivered', ErrorCode: '30003' };
    expect(await callBack(key, form)).toBe(204);
    const expected = { status: 'undelivered', error_code: 'twilio_30003' };
    expect(reportsOfRun()).toEqual([{ run_uuid, step_uuid, order: 1, send: 2, ...expected }]);
  });

  test('reports a permanent failure for a person without WhatsApp', async () => {
    const { key, reportsOfRun } = await acceptedSend();
    await callBack(key, { MessageStatus: 'failed', ErrorCode: '63024' });
    expect(reportsOfRun()).toEqual([expect.objectContaining({ is_permanent: true })]);
  });

  test('changes nothing when it is repeated, late or out of order', async () => {
    const { key, reportsOfRun } = await acceptedSend();
    for (const MessageStatus of ['delivered', 'sent', 'failed', 'delivered', 'queued']) {
      expect(await callBack(key, { MessageStatus })).toBe(204);
    }
    expect(reportsOfRun().map(({ status }) => status)).toEqual(['delivered']);
  });

  test.each([
    ['signed with another token', { token: 'f'.repeat(32) }],
    ['signed for another address', { host: 'https://evil.example' }],
  ])('that is %s returns 403 and changes nothing', async (_what, forgery) => {
    const { key, reportsOfRun, providerId } = await acceptedSend();
    expect(await callBack(key, { MessageStatus: 'failed' }, forgery)).toBe(403);
    expect(reportsOfRun()).toEqual([]);
    expect(await providerId()).toBeNull();
  });

  test('of an unknown connector or message returns 404', async () => {
    const { key } = await acceptedSend();
    const form = { MessageStatus: 'failed' };
    expect(await callBack(key, form, { connector: randomUUID() })).toBe(404);
    expect(await callBack(key, form, { connector: 'nobody' })).toBe(404);
    expect(await callBack(key, form, { connector: sendgridUuid })).toBe(404);
    expect(await callBack(`${randomUUID()}-1-1`, form)).toBe(404);
    expect(await callBack(null, form)).toBe(404);
    const mail = await acceptedSend('email');
    expect(await callBack(mail.key, form)).toBe(404);
  });

  test('returns 503 while its run cannot be reached, and is applied when it is repeated', async () => {
    const { key, reportsOfRun } = await acceptedSend();
    api.gateway.trouble = 'down';
    expect(await callBack(key, { MessageStatus: 'delivered' })).toBe(503);
    api.gateway.trouble = null;
    expect(await callBack(key, { MessageStatus: 'delivered' })).toBe(204);
    expect(reportsOfRun()).toHaveLength(1);
  });

  test('is accepted by POST only', async () => {
    const { status, headers } = await api.call(`/callbacks/twilio/${twilioUuid}`);
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('an inbound message', () => {
  const write = (From: string, Body: string, more = {}) =>
    callBack(null, { From, Body }, { path: '/inbound', ...more });
  const isOut = (phone: string, line: string | null = null) =>
    api.deps.optOuts.isOptedOut(api.client.account_uuid, phone, line);

  test.each(['STOP', 'alto', ' Baja. ', 'Unsubscribe'])('%s opts the sender out', async (word) => {
    const phone = `+57310${String(Math.random()).slice(2, 9)}`;
    expect(await write(phone, word)).toBe(200);
    expect(await isOut(phone)).toBe(true);
    expect(await api.deps.optOuts.isOptedOut(randomUUID(), phone, null)).toBe(false);
    await write(phone, 'ALTA');
    expect(await isOut(phone)).toBe(false);
  });

  test('by WhatsApp from an old Mexican number opts out the current number, stored as a hash', async () => {
    await write('whatsapp:+5215512345678', 'Alto');
    expect(await isOut('+525512345678')).toBe(true);
    expect(JSON.stringify(await api.documents('opt_outs'))).not.toContain('5512345678');
  });

  test.each([
    ['whatsapp:+553192340011', '+5531992340011'],
    ['+5531992340012', '+5531992340012'],
    ['whatsapp:+5491123456789', '+5491123456789'],
    ['+541123456780', '+5491123456780'],
  ])('from %s opts out %s', async (from, phone) => {
    await write(from, 'STOP');
    expect(await isOut(phone)).toBe(true);
  });

  test('with an OptOutType of Twilio is applied by that type regardless of its text', async () => {
    const phone = '+525512340010';
    const say = (Body: string, OptOutType: string) =>
      callBack(null, { From: phone, Body, OptOutType }, { path: '/inbound' });
    await say('BASTANTE', 'STOP');
    expect(await isOut(phone)).toBe(true);
    await say('STOP', 'HELP');
    await say('Ayuda', 'HELP');
    expect(await isOut(phone)).toBe(true);
    await say('Quiero volver', 'START');
    expect(await isOut(phone)).toBe(false);
  });

  test('to one line opts out of that line on every channel', async () => {
    const [phone, one, two] = ['+525512340020', '+15005550006', '+15005550009'];
    const say = (Body: string, More: Record<string, string>) =>
      callBack(null, { From: phone, Body, ...More }, { path: '/inbound' });
    await say('STOP', { To: `whatsapp:${one}` });
    expect([await isOut(phone, one), await isOut(phone, two)]).toEqual([true, false]);
    await say('START', { To: two });
    expect(await isOut(phone, one)).toBe(true);
    await say('START', { To: one });
    expect([await isOut(phone, one), await isOut(phone)]).toEqual([false, false]);
    const service = `MG${'0'.repeat(32)}`;
    await say('STOP', { To: two, MessagingServiceSid: service });
    expect([await isOut(phone, service), await isOut(phone, two)]).toEqual([true, true]);
    await say('STOP', {});
    expect(await isOut(phone, one)).toBe(true);
  });

  test('with another text or a forged signature changes nothing', async () => {
    expect(await write('+573100000009', 'stop it please')).toBe(200);
    expect(await write('+573100000009', 'STOP', { token: 'f'.repeat(32) })).toBe(403);
    expect(await isOut('+573100000009')).toBe(false);
  });
});

describe("SendGrid's events", () => {
  const address = () => `http://127.0.0.1:${api.port}/callbacks/sendgrid/${sendgridUuid}`;
  const messageOf = (key: string) =>
    ({
      id: 'mid',
      to: 'ana@example.com',
      custom_args: { cerciora_key: key },
    }) as unknown as SendgridMessage;

  test.each([
    ['delivered', {}, { status: 'delivered', error_code: null }],
    [
      ...(['bounce', { type: 'bounce', status: '5.1.1' }] as const),
      { status: 'undelivered', error_code: 'sendgrid_bounce_5.1.1', is_permanent: true },
    ],
    [
      ...(['bounce', { type: 'blocked' }] as const),
      { status: 'undelivered', error_code: 'sendgrid_blocked' },
    ],
    ['dropped', {}, { status: 'failed', error_code: 'sendgrid_dropped', is_permanent: true }],
    [
      ...(['spamreport', {}] as const),
      { status: 'undelivered', error_code: 'sendgrid_spamreport', is_permanent: true },
    ],
  ])('%s (%p) are reported to the run', async (name, more, expected) => {
    const { key, run_uuid, step_uuid, reportsOfRun } = await acceptedSend('email');
    const events = [
      sendgrid.event(messageOf(key), 'processed'),
      { event: 'delivered', email: 'somebody@else.example', sg_message_id: 'other' },
      sendgrid.event(messageOf(key), name, more),
      sendgrid.event(messageOf(key), 'bounce'),
    ];
    expect(await sendgrid.tell(address(), events)).toBe(204);
    expect(await sendgrid.tell(address(), events)).toBe(204);
    expect(reportsOfRun()).toEqual([{ run_uuid, step_uuid, order: 1, send: 2, ...expected }]);
  });

  test('with a forged signature return 403 and change nothing, and return 400 when they are not a list', async () => {
    const { key, reportsOfRun } = await acceptedSend('email');
    const events = [sendgrid.event(messageOf(key), 'dropped')];
    expect(await sendgrid.tell(address(), events, { forged: true })).toBe(403);
    expect(await sendgrid.tell(address(), { not: 'a list' } as never)).toBe(400);
    const unsigned = await fetch(address(), { method: 'POST', body: JSON.stringify(events) });
    expect(unsigned.status).toBe(403);
    expect(reportsOfRun()).toEqual([]);
  });

  test('store the provider id of a message under its key', async () => {
    const { key, providerId } = await acceptedSend('email');
    await sendgrid.tell(address(), [sendgrid.event(messageOf(key), 'processed')]);
    expect(await providerId()).toBe('mid');
  });
});
