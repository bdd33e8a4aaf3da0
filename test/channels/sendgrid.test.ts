import { LoopbackSendgrid, API_KEY } from '../support/loopback-sendgrid';
import { sendgridConnector, type SendgridSettings } from '../../src/providers/sendgrid/sendgrid';
import { connectorConforms, messageTo } from './conformance';

const sendgrid = new LoopbackSendgrid();
beforeAll(() => sendgrid.start());
afterAll(() => sendgrid.stop());
afterEach(() => (sendgrid.next = []));

const nothingKnown = {
  providerIdOf: (): Promise<string | null> => Promise.resolve(null),
  providerIdsOf: (): Promise<string[]> => Promise.resolve([]),
};

function connector(more: Partial<SendgridSettings> = {}, known = nothingKnown) {
  const settings: SendgridSettings = {
    ...{ uuid: 'c', gives_receipts: true, baseUrl: sendgrid.url },
    credentials: { api_key: API_KEY, webhook_public_key: null },
    sender: { email: 'codes@bank.example', name: 'Banco', template_ids: {} },
    ...more,
  };
  return sendgridConnector(settings, known);
}

const fails = async (sent: Promise<unknown>) => sent.catch((thrown: unknown) => thrown);

describe('SendGrid', () => {
  connectorConforms(() => {
    sendgrid.errors.set('refused@example.com', 400);
    sendgrid.errors.set('forbidden@example.com', 403);
    const failing = { refused: 'refused@example.com', misconfigured: 'forbidden@example.com' };
    const receipts = () =>
      sendgrid.messages.map(({ custom_args }) => ({
        key: custom_args['cerciora_key'] ?? '',
        status: '',
      }));
    const destinations = { channel: 'email', to: 'ana@example.com', failing } as const;
    return { connector: connector(), canFind: false, destinations, receipts };
  });

  it('sends text and HTML with the idempotency key and without click tracking', async () => {
    const message = messageTo('email', 'both@example.com');
    const { provider_id } = await connector().send(message);
    const [sent] = sendgrid.to('both@example.com');
    expect(sent).toMatchObject({ id: provider_id, custom_args: { cerciora_key: message.key } });
    expect([sent?.text, sent?.html].every((each) => each?.includes(message.code))).toBe(true);
    expect(sent?.mail).toMatchObject({
      from: { email: 'codes@bank.example', name: 'Banco' },
      tracking_settings: { click_tracking: { enable: false } },
    });
  });

  it('fills a dynamic template when the sender has one', async () => {
    const template = `d-${'e'.repeat(32)}`;
    const sender = { email: 'codes@bank.example', name: null, template_ids: { es: template } };
    const message = messageTo('email', 'template@example.com');
    await connector({ sender }).send(message);
    const [sent] = sendgrid.to('template@example.com');
    expect(sent?.mail.template_id).toBe(template);
    expect(sent?.mail.personalizations?.[0]?.dynamic_template_data).toMatchObject({
      ...{ code: message.code, account: 'Banco Ejemplo' },
    });
  });

  it.each([
    [503, true],
    [429, true],
    [500, false],
  ])(
    'with status %d throws a recoverable error, certainly not sent: %p',
    async (status, isCertain) => {
      sendgrid.next = [status];
      const error = await fails(connector().send(messageTo('email', 'later@example.com')));
      expect(error).toMatchObject({ kind: 'recoverable', code: `http_${status}`, isCertain });
    },
  );

  it('supports find() only for a message that an event reported', async () => {
    sendgrid.next = ['hang_up_after_taking'];
    const message = messageTo('email', 'lost@example.com');
    const error = await fails(connector().send(message));
    expect(error).toMatchObject({ kind: 'recoverable', isCertain: false });
    expect(await connector().find(message, new Date())).toBe('unsupported');
    const reported = { ...nothingKnown, providerIdOf: () => Promise.resolve('id') };
    expect(await connector({}, reported).find(message, new Date())).toEqual({
      ...{ provider_id: 'id', cost: null },
    });
  });

  it('is checked in sandbox mode without sending', async () => {
    const before = sendgrid.messages.length;
    await connector().check();
    expect([sendgrid.checked, sendgrid.messages.length]).toEqual([1, before]);
    const credentials = { api_key: 'SG.wrong.key', webhook_public_key: null };
    const error = await fails(connector({ credentials }).check());
    expect(error).toMatchObject({ kind: 'misconfigured', code: 'sendgrid_401' });
  });
});
