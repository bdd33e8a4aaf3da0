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
async function taken(channel: 'sms' | 'email' = 'sms') {
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
  const heard = () => api.gateway.reports.filter((each) => each.run_uuid === run_uuid);
  const providerId = () => api.deps.sends.providerIdOf({ account_uuid, run_uuid }, key);
  return { key, run_uuid, step_uuid, heard, providerId };
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
  test('tells the run what became of its message', async () => {
    const { key, step_uuid, run_uuid, heard } = await taken();
    expect(await callBack(key, { MessageStatus: 'sent' })).toBe(204);
    expect(heard()).toEqual([]);
    const form = { MessageStatus: 'undelivered', ErrorCode: '30003' };
    expect(await callBack(key, form)).toBe(204);
    const said = { status: 'undelivered', error_code: 'twilio_30003' };
    expect(heard()).toEqual([{ run_uuid, step_uuid, order: 1, send: 2, ...said }]);
  });

  test('says of a person without WhatsApp that the channel does not reach them', async () => {
    const { key, heard } = await taken();
    await callBack(key, { MessageStatus: 'failed', ErrorCode: '63024' });
    expect(heard()).toEqual([expect.objectContaining({ is_permanent: true })]);
  });

  test('changes nothing where it comes twice, late or out of order', async () => {
    const { key, heard } = await taken();
    for (const MessageStatus of ['delivered', 'sent', 'failed', 'delivered', 'queued']) {
      expect(await callBack(key, { MessageStatus })).toBe(204);
    }
    expect(heard().map(({ status }) => status)).toEqual(['delivered']);
  });

  test.each([
    ['signed with another token', { token: 'f'.repeat(32) }],
    ['signed for another address', { host: 'https://evil.example' }],
  ])('that is %s is forbidden and changes nothing', async (_what, forgery) => {
    const { key, heard, providerId } = await taken();
    expect(await callBack(key, { MessageStatus: 'failed' }, forgery)).toBe(403);
    expect(heard()).toEqual([]);
    expect(await providerId()).toBeNull();
  });

  test('of an unknown connector or message is not found', async () => {
    const { key } = await taken();
    const form = { MessageStatus: 'failed' };
    expect(await callBack(key, form, { connector: randomUUID() })).toBe(404);
    expect(await callBack(key, form, { connector: 'nobody' })).toBe(404);
    expect(await callBack(key, form, { connector: sendgridUuid })).toBe(404);
    expect(await callBack(`${randomUUID()}-1-1`, form)).toBe(404);
    expect(await callBack(null, form)).toBe(404);
    const mail = await taken('email');
    expect(await callBack(mail.key, form)).toBe(404);
  });

  test('is asked for again while its run cannot be reached, and counts then', async () => {
    const { key, heard } = await taken();
    api.gateway.trouble = 'down';
    expect(await callBack(key, { MessageStatus: 'delivered' })).toBe(503);
    api.gateway.trouble = null;
    expect(await callBack(key, { MessageStatus: 'delivered' })).toBe(204);
    expect(heard()).toHaveLength(1);
  });

  test('is taken by POST alone', async () => {
    const { status, headers } = await api.call(`/callbacks/twilio/${twilioUuid}`);
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('a person who writes', () => {
  const write = (From: string, Body: string, more = {}) =>
    callBack(null, { From, Body }, { path: '/inbound', ...more });
  const isOut = (phone: string, line: string | null = null) =>
    api.deps.optOuts.isOptedOut(api.client.account_uuid, phone, line);

  test.each(['STOP', 'alto', ' Baja. ', 'Unsubscribe'])(
    '%s is written to no more',
    async (word) => {
      const phone = `+57310${String(Math.random()).slice(2, 9)}`;
      expect(await write(phone, word)).toBe(200);
      expect(await isOut(phone)).toBe(true);
      expect(await api.deps.optOuts.isOptedOut(randomUUID(), phone, null)).toBe(false);
      await write(phone, 'ALTA');
      expect(await isOut(phone)).toBe(false);
    },
  );

  test('by WhatsApp with an old Mexican number is known by the one of today, kept as a hash', async () => {
    await write('whatsapp:+5215512345678', 'Alto');
    expect(await isOut('+525512345678')).toBe(true);
    expect(JSON.stringify(await api.documents('opt_outs'))).not.toContain('5512345678');
  });

  test.each([
    ['whatsapp:+553192340011', '+5531992340011'],
    ['+5531992340012', '+5531992340012'],
    ['whatsapp:+5491123456789', '+5491123456789'],
    ['+541123456780', '+5491123456780'],
  ])('from %s is known as %s', async (from, phone) => {
    await write(from, 'STOP');
    expect(await isOut(phone)).toBe(true);
  });

  test("with what Twilio decided is known by that, whatever the account's words are", async () => {
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

  test('to one line opts out of that line, by whichever channel it is reached', async () => {
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

  test('anything else, or is forged, changes nothing', async () => {
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
  ])('%s (%p) tells the run so', async (name, more, said) => {
    const { key, run_uuid, step_uuid, heard } = await taken('email');
    const events = [
      sendgrid.event(messageOf(key), 'processed'),
      { event: 'delivered', email: 'somebody@else.example', sg_message_id: 'other' },
      sendgrid.event(messageOf(key), name, more),
      sendgrid.event(messageOf(key), 'bounce'),
    ];
    expect(await sendgrid.tell(address(), events)).toBe(204);
    expect(await sendgrid.tell(address(), events)).toBe(204);
    expect(heard()).toEqual([{ run_uuid, step_uuid, order: 1, send: 2, ...said }]);
  });

  test('that are forged are forbidden and change nothing; that are no list are malformed', async () => {
    const { key, heard } = await taken('email');
    const events = [sendgrid.event(messageOf(key), 'dropped')];
    expect(await sendgrid.tell(address(), events, { forged: true })).toBe(403);
    expect(await sendgrid.tell(address(), { not: 'a list' } as never)).toBe(400);
    const unsigned = await fetch(address(), { method: 'POST', body: JSON.stringify(events) });
    expect(unsigned.status).toBe(403);
    expect(heard()).toEqual([]);
  });

  test('say by which id a message is known, so that it can be found by our key', async () => {
    const { key, providerId } = await taken('email');
    await sendgrid.tell(address(), [sendgrid.event(messageOf(key), 'processed')]);
    expect(await providerId()).toBe('mid');
  });
});
