/** Sends real messages: the real SDKs against servers with Twilio's and SendGrid's APIs. */
import { Caller } from '../support/caller';
import { codeIn, startLiveJourney, type LiveJourney } from '../support/live-journey';
import { AUTH_TOKEN, LoopbackTwilio } from '../support/loopback-twilio';
import { API_KEY, LoopbackSendgrid } from '../support/loopback-sendgrid';
import { Stack } from '../support/stack';

describe('a code of a live run', () => {
  const twilio = new LoopbackTwilio();
  const sendgrid = new LoopbackSendgrid();
  let stack: Stack;
  let journey: LiveJourney;

  beforeAll(async () => {
    await Promise.all([twilio.start(), sendgrid.start()]);
    const environment = { TWILIO_API_BASE_URL: twilio.url, SENDGRID_API_BASE_URL: sendgrid.url };
    const metrics = { METRICS_PORT: '0' };
    stack = await Stack.start({}, metrics, environment);
    const bearer = await stack.createKey('live');
    journey = await startLiveJourney(new Caller(stack.url), bearer, sendgrid);
  }, 60_000);
  afterAll(() => Promise.all([stack.stop(), twilio.stop(), sendgrid.stop()]), 30_000);
  afterEach(() => {
    twilio.next = [];
    twilio.onTaken = () => undefined;
    sendgrid.next = [];
  });

  const withEmail = (after_failed_attempts = 1, code: object = {}) =>
    journey.nip(
      { ...journey.sms, backup: { ...journey.email, after_failed_attempts } },
      { code: { receipt_timeout: 600, ...code } },
    );

  it('whose SMS is accepted at the third attempt and undelivered is sent by email automatically', async () => {
    twilio.next = [503, 503];
    const to = journey.person();
    const { step } = await journey.begin(await withEmail(), to);
    await journey.untilSends(step, ['sms sent']);
    const [sms, ...others] = twilio.to(to.phone);
    expect([others, twilio.next]).toEqual([[], []]);
    if (sms === undefined) throw new Error('no sms');
    expect(await twilio.callBack(sms, 'sent')).toBe(204);
    expect(await twilio.callBack(sms, 'undelivered', { ErrorCode: '30003' })).toBe(204);
    await journey.until(() => sendgrid.to(to.email).length > 0);
    const [mail] = sendgrid.to(to.email);
    if (mail === undefined) throw new Error('no email');
    await journey.untilSends(step, ['sms undelivered', 'email sent']);
    const events = [sendgrid.event(mail, 'delivered')];
    expect(await sendgrid.tell(stack.url + journey.callbacksOfSendgrid, events)).toBe(204);
    await journey.untilSends(step, ['sms undelivered', 'email delivered']);
    expect(codeIn(mail.text)).toBe(codeIn(sms.body));
    expect((await journey.type(step, codeIn(mail.text))).body.result.run.status).toBe('success');
    // A late and contradicting receipt changes nothing.
    expect(await twilio.callBack(sms, 'delivered')).toBe(204);
    expect(await journey.sends(step)).toEqual(['sms undelivered', 'email delivered']);
  }, 40_000);

  it('is not changed by a callback with a wrong signature', async () => {
    const to = journey.person();
    const { step } = await journey.begin(await withEmail(), to);
    await journey.untilSends(step, ['sms sent']);
    const [sms] = twilio.to(to.phone);
    if (sms === undefined) throw new Error('no sms');
    expect(await twilio.callBack(sms, 'undelivered', {}, 'f'.repeat(32))).toBe(403);
    expect(await twilio.callBack(sms, 'delivered')).toBe(204);
    await journey.untilSends(step, ['sms delivered']);
    expect(sendgrid.to(to.email)).toEqual([]);
  }, 30_000);

  it('is one message when the worker dies after Twilio accepted it', async () => {
    const to = journey.person();
    twilio.onTaken = () => stack.kill('worker');
    const { step } = await journey.begin(await withEmail(), to);
    await journey.until(() => twilio.to(to.phone).length > 0);
    twilio.onTaken = () => undefined;
    await stack.spawn('worker');
    await journey.untilSends(step, ['sms sent']);
    const [sms, ...others] = twilio.to(to.phone);
    expect(others).toEqual([]);
    expect((await journey.payload(step))?.verifications[0]?.sends).toEqual([
      expect.objectContaining({ provider_id: sms?.sid }),
    ]);
    expect((await journey.type(step, codeIn(sms?.body ?? ''))).body.result.run.status).toBe(
      'success',
    );
  }, 40_000);

  it('with an unknown result by email is not repeated, and the backup takes over', async () => {
    const to = journey.person();
    sendgrid.next = ['hang_up_after_taking'];
    const backup = { ...journey.sms, after_failed_attempts: 1 };
    const code = { receipt_timeout: 5 };
    const nip = await journey.nip({ ...journey.email, backup }, { code });
    const { step } = await journey.begin(nip, to);
    await journey.untilSends(step, ['email unknown', 'sms sent']);
    expect(sendgrid.to(to.email)).toHaveLength(1);
    expect(codeIn(twilio.to(to.phone)[0]?.body ?? '')).toBe(
      codeIn(sendgrid.to(to.email)[0]?.text ?? ''),
    );
  }, 30_000);

  it('is counted in metrics by connector kind, channel and status', async () => {
    const text = await (await fetch(stack.metricsUrl)).text();
    const isThere = (...labels: string[]) =>
      text.split('\n').some((line) => labels.every((label) => line.includes(label)));
    expect(isThere('cerciora_sends_total{', 'kind="twilio"', 'channel="sms"', '"sent"')).toBe(true);
    expect(isThere('cerciora_sends_total{', 'kind="sendgrid"', 'status="unknown"')).toBe(true);
  });

  it('leaves no credential in MongoDB, logs or histories', async () => {
    const to = journey.person();
    twilio.errors.set(to.phone, 21211);
    const { uuid, step } = await journey.begin(await withEmail(), to);
    await journey.untilSends(step, ['sms failed', 'email sent']);
    const history = JSON.stringify(await stack.client.workflow.getHandle(uuid).fetchHistory());
    const places = { history, logs: stack.logs('api') + stack.logs('worker') };
    const names = await stack.collections();
    expect(names).toEqual(expect.arrayContaining(['connectors', 'sends', 'idempotency']));
    const stored = await Promise.all(
      names.map(async (name) => [name, JSON.stringify(await stack.documents(name))] as const),
    );
    for (const [place, text] of [...Object.entries(places), ...stored]) {
      for (const secret of [AUTH_TOKEN, API_KEY]) {
        const encoded = Buffer.from(secret).toString('base64').replace(/=+$/, '');
        expect([place, text.includes(secret), text.includes(encoded)]).toEqual([
          place,
          false,
          false,
        ]);
      }
      expect([place, text.includes(to.phone.slice(1))]).toEqual([place, false]);
    }
  }, 30_000);
});
