import { LoopbackTwilio, ACCOUNT_SID, AUTH_TOKEN } from '../support/loopback-twilio';
import { twilioConnector, type TwilioSettings } from '../../src/providers/twilio/twilio';
import { parseOptOutReply } from '../../src/providers/twilio/twilio-callback';
import { connectorConforms, messageTo } from './conformance';

const CONTENT_SID = `HX${'b'.repeat(32)}`;
const twilio = new LoopbackTwilio();
beforeAll(() => twilio.start());
afterAll(() => twilio.stop());
afterEach(() => (twilio.next = []));

const nothingKnown = {
  providerIdOf: (): Promise<string | null> => Promise.resolve(null),
  providerIdsOf: (): Promise<string[]> => Promise.resolve([]),
};
/** A claim old enough for Twilio to list an accepted message. */
const LONG_AGO = () => new Date(Date.now() - 10_000);

function connector(more: Partial<TwilioSettings> = {}, known = nothingKnown) {
  const settings: TwilioSettings = {
    ...{ uuid: 'c', channels: ['sms', 'whatsapp'], gives_receipts: true, baseUrl: twilio.url },
    credentials: { account_sid: ACCOUNT_SID, auth_token: AUTH_TOKEN, shared_key: null },
    sender: {
      ...{ sms: '+15005550006', whatsapp: '+15005550007' },
      ...{ content_sids: { es: CONTENT_SID }, content_variables: { 1: '{{code}}' } },
    },
    listedAfterMs: 0,
    callbackFor: (key) => `https://verify.example/callbacks/twilio/c?key=${key}#rc=3&rp=all`,
    ...more,
  };
  return twilioConnector(settings, known);
}

const fails = async (sent: Promise<unknown>) => sent.catch((thrown: unknown) => thrown);

describe.each(['sms', 'whatsapp'] as const)('Twilio by %s', (channel) => {
  connectorConforms(() => {
    const address = (phone: string) => (channel === 'sms' ? phone : `whatsapp:${phone}`);
    const [none, refused, locked] = ['+5210000000', '+5210000001', '+5210000002'];
    twilio.errors.set(address(none), channel === 'sms' ? 21211 : 63024);
    twilio.errors.set(address(refused), 30007);
    twilio.errors.set(address(locked), channel === 'sms' ? 21606 : 63007);
    const failing = { permanent: none, refused, misconfigured: locked };
    const receipts = () =>
      twilio.messages.flatMap(({ callback }) =>
        callback === null
          ? []
          : [{ key: new URL(callback).searchParams.get('key') ?? '', status: '' }],
      );
    const destinations = { channel, to: '+573100000000', failing };
    return { connector: connector(), canFind: true, destinations, receipts };
  });
});

describe('Twilio', () => {
  it('sends by a messaging service and requests callbacks with retries', async () => {
    const sender = { sms: `MG${'c'.repeat(32)}`, whatsapp: null, content_sids: {} };
    const settings = { sender: { ...sender, content_variables: {} } };
    const message = messageTo('sms', '+573100000100');
    await connector(settings).send(message);
    const [sent] = twilio.to('+573100000100');
    expect(sent?.form).toMatchObject({ MessagingServiceSid: sender.sms });
    expect(sent?.form['From']).toBeUndefined();
    expect(sent?.body).toContain(message.code);
    expect(sent?.callback).toMatch(new RegExp(`key=${message.key}#rc=3&rp=all$`));
  });

  it('requests no callback when the connector has no receipts', async () => {
    await connector({ gives_receipts: false }).send(messageTo('sms', '+573100000101'));
    expect(twilio.to('+573100000101')[0]?.callback).toBeNull();
  });

  it('sends a WhatsApp template of the language, else of another, with the code in its variables', async () => {
    const message = { ...messageTo('whatsapp', '+573100000102'), language: 'pt' };
    await connector().send(message);
    expect(twilio.to('+573100000102')[0]?.form).toMatchObject({
      From: 'whatsapp:+15005550007',
      ContentSid: CONTENT_SID,
      ContentVariables: JSON.stringify({ 1: message.code }),
    });
  });

  it.each([
    ['sms', '+15005550006', '+15005550006'],
    ['sms', `MG${'a'.repeat(32)}`, `MG${'a'.repeat(32)}`],
    ['sms', '12345', '12345'],
    ['whatsapp', '+5215512345678', '+525512345678'],
  ] as const)('has the same line for %s by %s as replies: %s', (channel, sender, line) => {
    const senders = { sms: null, whatsapp: null, content_sids: {}, content_variables: {} };
    const made = connector({ sender: { ...senders, [channel]: sender } });
    expect(made.lineOf(channel)).toBe(line);
    const reply = { From: '+525512340010', To: sender, Body: 'STOP' };
    expect(parseOptOutReply(reply)?.lines).toEqual([line]);
  });

  it.each([
    [503, true],
    [429, true],
    [500, false],
    [502, false],
  ])(
    'with status %d throws a recoverable error, certainly not sent: %p',
    async (status, isCertain) => {
      twilio.next = [status];
      twilio.retryAfter = '7';
      const error = await fails(connector().send(messageTo('sms', '+573100000103')));
      const code = `http_${status}`;
      expect(error).toMatchObject({ kind: 'recoverable', code, isCertain, retryAfter: 7 });
    },
  );

  it('with a lost connection throws an uncertain error and finds the message by its code', async () => {
    twilio.next = ['hang_up_after_taking'];
    const message = messageTo('sms', '+573100000104');
    const error = await fails(connector().send(message));
    expect(error).toMatchObject({ kind: 'recoverable', isCertain: false });
    const [accepted] = twilio.to('+573100000104');
    expect(await connector().find(message, LONG_AGO())).toMatchObject({
      provider_id: accepted?.sid,
    });
  });

  it('with a refused connection throws an error that is certainly not sent', async () => {
    const away = connector({ baseUrl: 'http://127.0.0.1:1' });
    const error = await fails(away.send(messageTo('sms', '+573100000105')));
    expect(error).toMatchObject({ kind: 'recoverable', code: 'econnrefused', isCertain: true });
  });

  it('finds a message that a callback reported and ignores another send of the same code', async () => {
    const message = messageTo('sms', '+573100000106');
    const { provider_id } = await connector().send(message);
    const others = { ...nothingKnown, providerIdsOf: () => Promise.resolve([provider_id]) };
    expect(await connector({}, others).find(message, LONG_AGO())).toBeNull();
    const reported = { ...nothingKnown, providerIdOf: () => Promise.resolve('SM7') };
    expect(await connector({}, reported).find(message, LONG_AGO())).toMatchObject({
      provider_id: 'SM7',
    });
  });

  it('does not support find() when it stores no texts', async () => {
    const message = messageTo('sms', '+573100000107');
    await connector().send(message);
    for (const each of twilio.to('+573100000107')) each.body = '';
    expect(await connector().find(message, LONG_AGO())).toBe('unsupported');
  });

  it('is checked without sending', async () => {
    const before = twilio.requests;
    await connector().check();
    const locked = connector({
      credentials: { account_sid: ACCOUNT_SID, auth_token: 'wrong', shared_key: null },
    });
    const error = await fails(locked.check());
    expect(error).toMatchObject({ kind: 'misconfigured', code: 'twilio_20003' });
    expect(twilio.requests).toBe(before);
  });
});
