import { randomUUID } from 'node:crypto';
import { parseKeyring } from '../../src/crypto/keyring';
import { Caller, type RunJson, type StepJson } from '../support/caller';
import { testKeyEnvironment } from '../support/keys';
import { Stack } from '../support/stack';

interface Sent {
  channel: string;
  status: string;
}
interface Payload {
  phone: string | null;
  verifications: {
    status: string;
    channel: string;
    backup_active: boolean;
    attempts_left: number;
    sends: Sent[];
  }[];
}
interface Message {
  uuid: string;
  channel: string;
  to: string;
  text: string;
  status: string;
}
interface Failure {
  status: number;
  error?: { code: string; attempts_left?: number };
}

/** What a test waits for at most, in milliseconds. */
const PATIENCE_MS = 20_000;

describe('a NIP', () => {
  let stack: Stack;
  let caller: Caller;
  let connector: string;
  let form: string;
  let line = 0;

  beforeAll(async () => {
    stack = await Stack.start();
    caller = new Caller(stack.url);
    const body = { name: 'Sandbox', kind: 'sandbox' };
    connector = (await caller.persist<{ uuid: string }>('/v1/connectors', { body })).body.result
      .uuid;
    const fields = [{ predefined: 'nip_generic' }];
    form = (await caller.persist<{ uuid: string }>('/v1/forms', { body: { name: 'F', fields } }))
      .body.result.uuid;
  }, 60_000);
  afterAll(() => stack.stop(), 30_000);

  /** A phone of its own for each test; its last four digits script what happens to its messages. */
  const phone = (script: string) => `+57310${String((line += 1)).padStart(3, '0')}${script}`;
  const sms = () => ({ channel: 'sms', connector_uuid: connector });
  const nip = async (more: object = {}) => {
    const backup = { after_failed_attempts: 2, channel: 'whatsapp' };
    const body = { name: 'N', first_verification: { ...sms(), backup }, ...more };
    const made = await caller.persist<{ uuid: string }>('/v1/nips', { body });
    expect(made.status).toBe(201);
    return made.body.result.uuid;
  };
  /** A run that has its form behind it. */
  const begin = async (nipUuid: string, to: string, email = 'ana@example.com') => {
    const setup = { custom_form: { form_uuid: form }, nip: { nip_uuid: nipUuid } };
    const body = { steps: ['custom_form', 'nip'], setup };
    const run = (await caller.persist<RunJson>('/v1/workflows', { body })).body.result;
    const [first, second] = run.steps as [StepJson, StepJson];
    const data = { phone: to, email };
    const given = await caller.persist(`/v1/steps/${first.uuid}/submit`, { body: { data } });
    expect(given.status).toBe(200);
    return { uuid: run.uuid, step: second.uuid };
  };
  const payload = async (step: string): Promise<Payload> => {
    const { body } = await caller.persist<StepJson>(`/v1/steps/${step}`);
    return body.result.payload as unknown as Payload;
  };
  const sends = async (step: string, order = 1) =>
    ((await payload(step)).verifications[order - 1]?.sends ?? []).map(
      ({ channel, status }) => `${channel} ${status}`,
    );
  const until = async (what: () => Promise<boolean>) => {
    for (const end = Date.now() + PATIENCE_MS; !(await what());) {
      if (Date.now() > end) throw new Error('waited in vain');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const untilSends = async (step: string, expected: string[], order = 1) => {
    await until(async () => (await sends(step, order)).join() === expected.join()).catch(
      async () => {
        expect(await sends(step, order)).toEqual(expected);
      },
    );
  };
  const messages = async (to: string) =>
    (
      await caller.persist<{ data: Message[] }>(
        `/v1/sandbox/messages?per_page=100&to=${encodeURIComponent(to)}`,
      )
    ).body.result.data;
  const codeIn = ({ text }: Message) => /\d+/.exec(text)?.[0] ?? '';
  const type = async (step: string, code: string) => {
    const body = { data: { code } };
    const { status, body: answer } = await caller.once<{ run: RunJson }>(
      `/v1/steps/${step}/submit`,
      { body, idempotencyKey: randomUUID() },
    );
    return { status, result: answer.result, error: answer.error } as unknown as Failure & {
      result: { run: RunJson };
    };
  };

  it.each(['0001', '0002', '0003'])(
    'whose sms fail (%s) goes out by WhatsApp after two, with one code valid on all and nothing done by the person',
    async (script) => {
      const to = phone(script);
      const quick = { code: { receipt_timeout: 1 } };
      const { step } = await begin(await nip(quick), to);
      const sms = { '0001': 'failed', '0002': 'undelivered', '0003': 'sent' }[script] ?? '';
      await untilSends(step, [`sms ${sms}`, `sms ${sms}`, 'whatsapp delivered']);
      const got = await messages(to);
      expect(got.map(({ channel }) => channel)).toEqual(
        script === '0001' ? ['whatsapp'] : ['whatsapp', 'sms', 'sms'],
      );
      expect(new Set(got.map(codeIn)).size).toBe(1);
      const done = await type(step, codeIn(got.at(-1) as Message));
      expect(done).toMatchObject({ status: 200, result: { run: { status: 'success' } } });
    },
    40_000,
  );

  it('whose third sms arrives (0004) leaves its backup unused', async () => {
    const backup = { after_failed_attempts: 3, channel: 'whatsapp' };
    const { step } = await begin(
      await nip({ first_verification: { ...sms(), backup } }),
      phone('0004'),
    );
    await untilSends(step, ['sms failed', 'sms failed', 'sms delivered']);
    expect((await payload(step)).verifications[0]).toMatchObject({ backup_active: false });
  }, 30_000);

  it('with a second verification succeeds after both, each with its own code', async () => {
    const second_verification = { channel: 'email', connector_uuid: connector };
    const to = phone('5555');
    const email = `${randomUUID()}@example.com`;
    const { step } = await begin(await nip({ second_verification }), to, email);
    await untilSends(step, ['sms delivered']);
    const [first] = (await messages(to)) as [Message];
    expect((await type(step, codeIn(first))).result.run.status).toBe('in_progress');
    await untilSends(step, ['email delivered'], 2);
    const [mail] = (await messages(email)) as [Message];
    expect((await type(step, codeIn(mail))).result.run.status).toBe('success');
  }, 30_000);

  it('repeats its code on a wish, once its gap is over, and replaces it when it has expired', async () => {
    const to = phone('5555');
    const { uuid, step } = await begin(await nip({ code: { resend_after: 60 } }), to);
    await untilSends(step, ['sms delivered']);
    const wish = () => caller.once(`/v1/steps/${step}/resend`, { body: {} });
    const advance = (minutes: number) =>
      caller.persist(`/v1/sandbox/runs/${uuid}/advance`, { body: { minutes } });
    expect((await wish()).body.error?.code).toBe('resend_too_soon');
    await advance(1);
    expect((await wish()).status).toBe(200);
    await untilSends(step, ['sms delivered', 'sms delivered']);
    const [second, first] = (await messages(to)) as [Message, Message];
    expect(codeIn(second)).toBe(codeIn(first));
    await advance(10);
    expect((await type(step, codeIn(first))).error?.code).toBe('code_expired');
    expect((await wish()).status).toBe(200);
    await untilSends(step, ['sms delivered', 'sms delivered', 'whatsapp delivered']);
    const [third] = (await messages(to)) as [Message];
    expect(codeIn(third)).not.toBe(codeIn(first));
    expect((await type(step, codeIn(first))).error?.code).toBe('code_incorrect');
    expect((await type(step, codeIn(third))).result.run.status).toBe('success');
  }, 30_000);

  it('is guessed wrongly no more than allowed, also by 200 at once, and the run ends', async () => {
    const to = phone('5555');
    const { uuid, step } = await begin(await nip({ code: { max_wrong: 3 } }), to);
    await untilSends(step, ['sms delivered']);
    const [{ text }] = (await messages(to)) as [Message];
    const right = Number(/\d+/.exec(text)?.[0]);
    const guesses = Array.from({ length: 200 }, (_, index) =>
      type(step, String((right + index + 1) % 1_000_000).padStart(6, '0')),
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

  it('lets staff resend and switch the channel, by REST and by signal, and records what does not apply', async () => {
    const to = phone('5555');
    const { uuid, step } = await begin(await nip(), to);
    await untilSends(step, ['sms delivered']);
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
    await untilSends(step, ['sms delivered', 'sms delivered', 'whatsapp delivered']);
    const events = await caller.persist<{ data: { type: string; data: object }[] }>(
      `/v1/workflows/${uuid}/events?per_page=100`,
    );
    expect(events.body.result.data.filter(({ type: each }) => each === 'signal_ignored')).toEqual([
      expect.objectContaining({ data: { name: 'switch_channel', cause: 'not_applicable' } }),
    ]);
    expect((await type(step, codeIn((await messages(to))[0] as Message))).status).toBe(200);
  }, 30_000);

  it('asks for the phone first where a step verifies it, and refuses a code before', async () => {
    const to = phone('5555');
    const setup = { verify_phone_number: { nip_uuid: await nip() } };
    const run = (
      await caller.persist<RunJson>('/v1/workflows', {
        body: { steps: ['verify_phone_number'], setup },
      })
    ).body.result;
    const step = run.steps[0]?.uuid ?? '';
    expect((await type(step, '123456')).error?.code).toBe('submission_refused');
    const body = { data: { phone: to } };
    expect((await caller.once(`/v1/steps/${step}/submit`, { body })).status).toBe(200);
    await untilSends(step, ['sms delivered']);
    expect((await type(step, codeIn((await messages(to))[0] as Message))).status).toBe(200);
    expect(await payload(step)).toMatchObject({ phone: to, email: null });
  }, 30_000);

  it('goes on with its code when the keys are rotated under it', async () => {
    const to = phone('5555');
    const { step } = await begin(await nip(), to);
    await untilSends(step, ['sms delivered']);
    const fresh = `rotated:${Buffer.alloc(32, 77).toString('base64')}`;
    const CODE_KEYS = `${fresh},${testKeyEnvironment['CODE_KEYS']}`;
    expect(parseKeyring(CODE_KEYS).all).toHaveLength(2);
    stack.environment = { CODE_KEYS };
    for (const role of ['worker', 'api'] as const) {
      await stack.kill(role, 'SIGTERM');
      await stack.spawn(role);
    }
    const [message] = (await messages(to)) as [Message];
    expect((await type(step, codeIn(message))).result.run.status).toBe('success');
  }, 40_000);

  it('tells neither code nor phone to logs, histories, or the database', async () => {
    const to = phone('5555');
    const { uuid, step } = await begin(await nip(), to);
    await untilSends(step, ['sms delivered']);
    const [message] = (await messages(to)) as [Message];
    const code = codeIn(message);
    await type(step, code);
    const whole = JSON.stringify(await stack.stores.runs.whole(uuid));
    const kept = JSON.stringify(await stack.documents('sandbox_messages'));
    const history = JSON.stringify(await stack.client.workflow.getHandle(uuid).fetchHistory());
    const logs = stack.logs('api') + stack.logs('worker');
    const digits = new RegExp(`(?<!\\d)${code}(?!\\d)`);
    for (const [place, text] of Object.entries({ whole, kept, history, logs })) {
      expect([place, digits.test(text), text.includes(to.slice(1))]).toEqual([place, false, false]);
    }
  }, 30_000);
});
