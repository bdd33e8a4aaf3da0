import { randomUUID } from 'node:crypto';
import { parseKeyring } from '../../src/platform/crypto/keyring';
import { Caller, type RunJson } from '../support/caller';
import { testKeyEnvironment } from '../support/keys';
import { startNipJourney, type Message, type NipJourney } from '../support/nip-journey';
import { Stack } from '../support/stack';

describe('a NIP', () => {
  let stack: Stack;
  let caller: Caller;
  let journey: NipJourney;

  beforeAll(async () => {
    stack = await Stack.start({}, { METRICS_PORT: '0' });
    caller = new Caller(stack.url);
    journey = await startNipJourney(caller);
  }, 60_000);
  afterAll(() => stack.stop(), 30_000);

  const advance = async (uuid: string, minutes: number) => {
    const path = `/v1/sandbox/runs/${uuid}/advance`;
    expect((await caller.persist(path, { body: { minutes } })).status).toBe(200);
  };

  it.each(['0001', '0002', '0003'])(
    'whose SMS fail (%s) is sent by WhatsApp after two failures, with the same code and no action of the person',
    async (script) => {
      const to = journey.phone(script);
      const { step, uuid } = await journey.begin(await journey.nip(), to);
      const sms = { '0001': 'failed', '0002': 'undelivered', '0003': 'sent' }[script] ?? '';
      if (script === '0003') {
        // No receipts come: each SMS counts as failed after its receipt timeout of 60 s.
        await journey.untilSends(step, ['sms sent']);
        await advance(uuid, 1);
        await journey.untilSends(step, ['sms sent', 'sms sent']);
        await advance(uuid, 1);
      }
      await journey.untilSends(step, [`sms ${sms}`, `sms ${sms}`, 'whatsapp delivered']);
      const got = await journey.messages(to);
      expect(got.map(({ channel }) => channel)).toEqual(
        script === '0001' ? ['whatsapp'] : ['whatsapp', 'sms', 'sms'],
      );
      expect(new Set(got.map(journey.codeIn)).size).toBe(1);
      const done = await journey.type(step, journey.codeIn(got.at(-1) as Message));
      expect(done).toMatchObject({ status: 200, result: { run: { status: 'success' } } });
    },
    40_000,
  );

  it('is counted in the metrics of events and sends', async () => {
    const answer = await fetch(stack.metricsUrl);
    const text = await answer.text();
    const line = (...labels: string[]) =>
      text.split('\n').some((each) => labels.every((label) => each.includes(label)));
    expect(line('cerciora_run_events_total{', 'type="run_succeeded"')).toBe(true);
    expect(line('cerciora_sends_total{', 'channel="sms"', 'status="failed"', 'refused')).toBe(true);
    expect(line('temporal_workflow_completed_total{')).toBe(true);
  });

  it('whose third SMS arrives (0004) does not use its backup', async () => {
    const backup = { after_failed_attempts: 3, channel: 'whatsapp' };
    const { step } = await journey.begin(
      await journey.nip({ first_verification: { ...journey.sms(), backup } }),
      journey.phone('0004'),
    );
    await journey.untilSends(step, ['sms failed', 'sms failed', 'sms delivered']);
    expect((await journey.payload(step))?.verifications[0]).toMatchObject({ backup_active: false });
  }, 30_000);

  it('with a second verification succeeds after both, each with its own code', async () => {
    const second_verification = { channel: 'email', connector_uuid: journey.connector };
    const to = journey.phone('5555');
    const email = `${randomUUID()}@example.com`;
    const { step } = await journey.begin(await journey.nip({ second_verification }), to, email);
    await journey.untilSends(step, ['sms delivered']);
    const [first] = (await journey.messages(to)) as [Message];
    expect((await journey.type(step, journey.codeIn(first))).result.run.status).toBe('in_progress');
    await journey.untilSends(step, ['email delivered'], 2);
    const [mail] = (await journey.messages(email)) as [Message];
    expect((await journey.type(step, journey.codeIn(mail))).result.run.status).toBe('success');
  }, 30_000);

  it('repeats its code on request after the minimum interval, and replaces an expired one', async () => {
    const to = journey.phone('5555');
    const { uuid, step } = await journey.begin(
      await journey.nip({ code: { resend_after: 60 } }),
      to,
    );
    await journey.untilSends(step, ['sms delivered']);
    const resend = () => caller.once(`/v1/steps/${step}/resend`, { body: {} });
    const moveOn = (minutes: number) =>
      caller.persist(`/v1/sandbox/runs/${uuid}/advance`, { body: { minutes } });
    expect((await resend()).body.error?.code).toBe('resend_too_soon');
    await moveOn(1);
    expect((await resend()).status).toBe(200);
    await journey.untilSends(step, ['sms delivered', 'sms delivered']);
    const [second, first] = (await journey.messages(to)) as [Message, Message];
    expect(journey.codeIn(second)).toBe(journey.codeIn(first));
    await moveOn(10);
    expect((await journey.type(step, journey.codeIn(first))).error?.code).toBe('code_expired');
    expect((await resend()).status).toBe(200);
    await journey.untilSends(step, ['sms delivered', 'sms delivered', 'whatsapp delivered']);
    const [third] = (await journey.messages(to)) as [Message];
    expect(journey.codeIn(third)).not.toBe(journey.codeIn(first));
    expect((await journey.type(step, journey.codeIn(first))).error?.code).toBe('code_incorrect');
    expect((await journey.type(step, journey.codeIn(third))).result.run.status).toBe('success');
  }, 30_000);

  it('allows max_wrong wrong guesses, even of 200 concurrent ones, and then fails the run', async () => {
    const to = journey.phone('5555');
    const { uuid, step } = await journey.begin(await journey.nip({ code: { max_wrong: 3 } }), to);
    await journey.untilSends(step, ['sms delivered']);
    const [{ text }] = (await journey.messages(to)) as [Message];
    const right = Number(/\d+/.exec(text)?.[0]);
    const guesses = Array.from({ length: 200 }, (_, index) =>
      journey.type(step, String((right + index + 1) % 1_000_000).padStart(6, '0')),
    );
    const answers = await Promise.all(guesses);
    const compared = answers.filter(({ error }) => error?.code === 'code_incorrect');
    expect(compared.map(({ error }) => error?.attempts_left).sort()).toEqual([0, 1, 2]);
    const others = answers.filter(({ error }) => error?.code !== 'code_incorrect');
    expect(others.filter(({ status }) => ![409, 429, 503].includes(status))).toEqual([]);
    const { body } = await caller.persist<RunJson & { error: unknown }>(`/v1/workflows/${uuid}`);
    expect(body.result).toMatchObject({
      status: 'failed',
      error: { details: { stack: 'guesses_exhausted' } },
    });
  }, 40_000);

  it('lets staff resend and switch the channel by REST and signal, and records signals that do not apply', async () => {
    const to = journey.phone('5555');
    const { uuid, step } = await journey.begin(await journey.nip(), to);
    await journey.untilSends(step, ['sms delivered']);
    const act = (action: string, more: object = {}) =>
      caller.once(`/v1/workflows/${uuid}/actions/${action}`, {
        body: { by: 'ana', reason: 'asked_by_phone', ...more },
      });
    expect((await act('resend_code')).status).toBe(200);
    expect((await act('switch_channel', { channel: 'email' })).body.error?.code).toBe(
      'action_not_allowed',
    );
    const handle = stack.client.workflow.getHandle(uuid);
    await handle.signal('switch_channel', { by: 'ana', reason: 'no_sms', channel: 'whatsapp' });
    await handle.signal('switch_channel', { by: 'ana', reason: 'no_sms', channel: 'email' });
    await journey.untilSends(step, ['sms delivered', 'sms delivered', 'whatsapp delivered']);
    const events = await caller.persist<{ data: { type: string; data: object }[] }>(
      `/v1/workflows/${uuid}/events?per_page=100`,
    );
    expect(events.body.result.data.filter(({ type: each }) => each === 'signal_ignored')).toEqual([
      expect.objectContaining({ data: { name: 'switch_channel', cause: 'not_applicable' } }),
    ]);
    expect(
      (await journey.type(step, journey.codeIn((await journey.messages(to))[0] as Message))).status,
    ).toBe(200);
  }, 30_000);

  it('asks for the phone first when the step verifies it, and refuses an earlier code', async () => {
    const to = journey.phone('5555');
    const setup = { verify_phone_number: { nip_uuid: await journey.nip() } };
    const run = (
      await caller.persist<RunJson>('/v1/workflows', {
        body: { steps: ['verify_phone_number'], setup },
      })
    ).body.result;
    const step = run.steps[0]?.uuid ?? '';
    expect((await journey.type(step, '123456')).error?.code).toBe('submission_refused');
    const body = { data: { phone: to } };
    expect((await caller.once(`/v1/steps/${step}/submit`, { body })).status).toBe(200);
    await journey.untilSends(step, ['sms delivered']);
    expect(
      (await journey.type(step, journey.codeIn((await journey.messages(to))[0] as Message))).status,
    ).toBe(200);
    expect(await journey.payload(step)).toMatchObject({ phone: to, email: null });
  }, 30_000);

  it('is sent to the destination of an earlier code and never to a text field named phone', async () => {
    const fields = [{ key: 'phone', label: 'Call me', type: 'text' }];
    const body = { name: 'F', fields };
    const form = (await caller.persist<{ uuid: string }>('/v1/forms', { body })).body.result;
    const nip_uuid = await journey.nip();
    const to = journey.phone('5555');
    const setup = {
      verify_phone_number: { nip_uuid, phone: to },
      custom_form: { form_uuid: form.uuid },
      nip: { nip_uuid },
    };
    const steps = ['verify_phone_number', 'custom_form', 'nip'];
    const run = (
      await caller.persist<RunJson>('/v1/workflows', {
        body: { steps, setup, phone: journey.phone('6666') },
      })
    ).body.result;
    const [first, second, third] = run.steps.map(({ uuid }) => uuid) as [string, string, string];
    await journey.untilSends(first, ['sms delivered']);
    const [message] = (await journey.messages(to)) as [Message];
    expect((await journey.type(first, journey.codeIn(message))).status).toBe(200);
    const data = { phone: journey.phone('7777') };
    await caller.persist(`/v1/steps/${second}/submit`, { body: { data } });
    await journey.untilSends(third, ['sms delivered']);
    expect(await journey.messages(to)).toHaveLength(2);
    expect(await journey.messages(data.phone)).toEqual([]);
  }, 30_000);

  it('accepts its code after the keys were rotated', async () => {
    const to = journey.phone('5555');
    const { step } = await journey.begin(await journey.nip(), to);
    await journey.untilSends(step, ['sms delivered']);
    const fresh = `rotated:${Buffer.alloc(32, 77).toString('base64')}`;
    const CODE_KEYS = `${fresh},${testKeyEnvironment['CODE_KEYS']}`;
    expect(parseKeyring(CODE_KEYS).all).toHaveLength(2);
    stack.environment = { CODE_KEYS };
    for (const role of ['worker', 'api'] as const) {
      await stack.kill(role, 'SIGTERM');
      await stack.spawn(role);
    }
    const [message] = (await journey.messages(to)) as [Message];
    expect((await journey.type(step, journey.codeIn(message))).result.run.status).toBe('success');
  }, 40_000);

  it('writes neither code nor phone in plain text to logs, histories or the database', async () => {
    const to = journey.phone('5555');
    const { uuid, step } = await journey.begin(await journey.nip(), to);
    await journey.untilSends(step, ['sms delivered']);
    const [message] = (await journey.messages(to)) as [Message];
    const code = journey.codeIn(message);
    await journey.type(step, code);
    const whole = JSON.stringify(await stack.stores.runs.findWithEvents(uuid));
    const sandboxMessages = JSON.stringify(await stack.documents('sandbox_messages'));
    const history = JSON.stringify(await stack.client.workflow.getHandle(uuid).fetchHistory());
    const logs = stack.logs('api') + stack.logs('worker');
    const digits = new RegExp(`(?<!\\d)${code}(?!\\d)`);
    for (const [place, text] of Object.entries({ whole, sandboxMessages, history, logs })) {
      expect([place, digits.test(text), text.includes(to.slice(1))]).toEqual([place, false, false]);
    }
  }, 30_000);
});
