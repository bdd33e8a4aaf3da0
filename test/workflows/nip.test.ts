import {
  actionUpdate,
  advanceUpdate,
  cancelSignal,
  reportSignal,
  resendUpdate,
  submitUpdate,
  viewQuery,
} from '../../src/workflows/messages/messages';
import type { NipPolicy } from '../../src/domain/otp/policy';
import type { Json } from '../../src/domain/run/events';
import { otpStateOf } from '../../src/steps/shared/one-time-code/state';
import { codeDigest, type FakeProjection } from '../support/fake-projection';
import { WorkflowEnvironment, type TestRun } from '../support/workflow-environment';

const POLICY: NipPolicy = {
  verifications: [
    {
      ...{ channel: 'sms', connector_uuid: null },
      backup: { after_failed_attempts: 2, channel: 'whatsapp', connector_uuid: null },
    },
  ],
  code: {
    ...{ length: 6, expires_in: 600, max_wrong: 3, max_sends: 5 },
    ...{ resend_after: 30, receipt_timeout: 60 },
  },
};
/** Response of a connector without receipts. */
const NO_RECEIPTS = { gives_receipts: false };
const SETTINGS = { nip: POLICY as unknown as Json, asks_for: null };

describe('a run with a NIP', () => {
  let environment: WorkflowEnvironment;
  beforeAll(async () => {
    environment = await WorkflowEnvironment.create();
  });
  afterAll(() => environment.close());

  const options = (record?: string) => ({
    ...{ steps: ['nip'], stepSettings: SETTINGS, start: 'immediate' as const },
    ...(record === undefined ? {} : { record }),
  });
  const type = (run: TestRun, digest: string, order = 1) => {
    const id = crypto.randomUUID();
    const facts = { kind: 'code', order, digest };
    return run.handle.executeUpdate(submitUpdate, {
      updateId: id,
      args: [{ id, step_uuid: run.steps[0] ?? '', actor: 'person', facts }],
    });
  };
  const until = async (what: () => boolean) => {
    while (!what()) await environment.server.sleep('1s');
  };

  it('resends until a message arrives, finally by the backup, and accepts the code', async () => {
    await environment.withRun(options('nip-backup'), async (run, projection) => {
      projection.provider = ({ channel }) =>
        channel === 'sms'
          ? { status: 'failed', refusal: 'refused', provider_id: null, error_code: 'no' }
          : {};
      await until(() => projection.sent.length === 3);
      const report = { order: 1, send: 3, status: 'delivered', error_code: null };
      await run.handle.signal(reportSignal, { step_uuid: run.steps[0] ?? '', report });
      const answer = await type(run, codeDigest(1, 1));
      expect(answer.run.status).toBe('success');
      expect(projection.sent.map(({ channel, issue }) => [channel, issue])).toEqual([
        ...[
          ['sms', 1],
          ['sms', 1],
        ],
        ['whatsapp', 1],
      ]);
    });
  });

  it('treats a receipt timeout as a failed attempt', async () => {
    await environment.withRun(options('nip-silence'), async (run, projection) => {
      await until(() => projection.sent.length === 1);
      await environment.server.sleep('61s');
      await until(() => projection.sent.length === 2);
      expect((await type(run, codeDigest(1, 1))).run.status).toBe('success');
    });
  });

  it('replaces an expired code when the run is opened', async () => {
    await environment.withRun(options('nip-opened-late'), async (run, projection) => {
      await until(() => projection.sent.length === 1);
      projection.provider = () => ({ gives_receipts: false });
      const report = { order: 1, send: 1, status: 'delivered', error_code: null };
      await run.handle.signal(reportSignal, { step_uuid: run.steps[0] ?? '', report });
      await environment.server.sleep('11m');
      await run.open();
      await until(() => projection.sent.length === 2);
      expect(projection.sent.map(({ issue }) => issue)).toEqual([1, 2]);
      await run.open();
      expect((await type(run, codeDigest(1, 2))).run.status).toBe('success');
      expect(projection.sent).toHaveLength(2);
    });
  });

  const viewOf = (run: TestRun) => run.handle.query(viewQuery);
  const sendsIn = async (run: TestRun) =>
    otpStateOf((await viewOf(run)).steps[0])?.verifications[0]?.sends.map(({ status }) => status);
  const blockedAnswer = () => {
    let release = (): void => undefined;
    const answer = new Promise<void>((resolve) => (release = resolve));
    return { answer, release: () => release() };
  };
  const eventsOf = async (run: TestRun, projection: FakeProjection, type: string) => {
    await viewOf(run);
    return projection
      .get(run.uuid)
      .events.filter((event) => event.type === type)
      .map(({ actor, data }) => ({ actor, data }));
  };

  it('that starts immediately waits until MongoDB has stored it when its API died', async () => {
    await environment.withRun(options('nip-mongodb-away'), async (run, projection) => {
      projection.provider = () => NO_RECEIPTS;
      projection.isDown = true;
      await until(() => projection.calls > 3);
      projection.isDown = false;
      await until(() => projection.sent.length === 1);
      expect((await type(run, codeDigest(1, 1))).run.status).toBe('success');
    });
  });

  it('sends its message after an outage of MongoDB that outlasts the attempts of a send', async () => {
    await environment.withRun(options('nip-send-held-up'), async (run, projection) => {
      let isAway = true;
      projection.provider = () =>
        isAway ? Promise.reject(new Error('store_unavailable')) : NO_RECEIPTS;
      await until(() => projection.sent.length > 0);
      await environment.server.sleep('2m');
      isAway = false;
      while ((await sendsIn(run))?.[0] === 'queued') await environment.server.sleep('1s');
      expect(await sendsIn(run)).toEqual(['sent']);
      expect((await type(run, codeDigest(1, 1))).run.status).toBe('success');
    });
  });

  it.each(['code', 'cancel'])(
    'stores the result of a message that was in progress when the run ended by %s',
    async (ending) => {
      await environment.withRun(options(`nip-late-answer-${ending}`), async (run, projection) => {
        const { answer, release } = blockedAnswer();
        projection.provider = () => answer.then(() => NO_RECEIPTS);
        await until(() => projection.sent.length === 1);
        if (ending === 'code') await type(run, codeDigest(1, 1));
        else await run.handle.signal(cancelSignal, { by: 'ana', reason: 'asked_to' });
        const status = ending === 'code' ? 'success' : 'cancelled';
        expect((await viewOf(run)).status).toBe(status);
        expect(await sendsIn(run)).toEqual(['queued']);
        release();
        expect(await run.handle.result()).toMatchObject({ status });
        expect(await sendsIn(run)).toEqual(['sent']);
      });
    },
  );

  it('stores a receipt after the end of its step and does nothing else', async () => {
    const steps = { steps: ['nip', 'acceptance'] };
    await environment.withRun({ ...options('nip-late-receipt'), ...steps }, async (run) => {
      while ((await sendsIn(run))?.[0] !== 'sent') await environment.server.sleep('1s');
      await type(run, codeDigest(1, 1));
      const report = { order: 1, send: 1, status: 'undelivered', error_code: 'x' };
      await run.handle.signal(reportSignal, { step_uuid: run.steps[0] ?? '', report });
      expect(await sendsIn(run)).toEqual(['undelivered']);
      expect((await run.submit(1)).run.status).toBe('success');
    });
  });

  it('replaces an expired code when the person types it first', async () => {
    await environment.withRun(options('nip-typed-late'), async (run, projection) => {
      projection.provider = () => NO_RECEIPTS;
      await until(() => projection.sent.length === 1);
      await environment.server.sleep('11m');
      const error = await type(run, codeDigest(1, 1)).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ cause: { type: 'code_expired' } });
      await until(() => projection.sent.length === 2);
      expect((await type(run, codeDigest(1, 2))).run.status).toBe('success');
    });
  });

  it('has on its timeline the actor of each resend, channel switch and typed code', async () => {
    await environment.withRun(options('nip-staff'), async (run, projection) => {
      projection.provider = () => NO_RECEIPTS;
      await until(() => projection.sent.length === 1);
      const author = { by: 'ana', reason: 'no_sms' };
      await run.handle.signal('switch_channel', { ...author, channel: 'pigeon' });
      expect(await eventsOf(run, projection, 'signal_ignored')).toEqual([
        { actor: 'staff', data: { name: 'switch_channel', cause: 'malformed' } },
      ]);
      await run.handle.signal('resend_code', author);
      const message = { ...author, action: 'switch_channel', details: { channel: 'whatsapp' } };
      await run.handle.executeUpdate(actionUpdate, { args: [{ ...message, actor: 'staff' }] });
      await until(() => projection.sent.length === 3);
      await type(run, 'wrong').catch(() => undefined);
      await type(run, codeDigest(1, 1));
      const asked = (verified: boolean) => ({
        actor: 'staff',
        data: expect.objectContaining({ cause: 'staff', asked: { ...author, verified } }) as object,
      });
      expect(await eventsOf(run, projection, 'send_queued')).toEqual([
        { actor: 'system', data: expect.objectContaining({ cause: 'first' }) as object },
        asked(false),
        asked(true),
      ]);
      expect(await eventsOf(run, projection, 'channel_changed')).toEqual([asked(true)]);
      for (const [what, actor] of [
        ['send_answered', 'provider'],
        ['code_refused', 'person'],
        ['verification_passed', 'person'],
      ] as const) {
        expect((await eventsOf(run, projection, what))[0]?.actor).toBe(actor);
      }
    });
  });

  it('expires by its own clock after an advance, despite an earlier timer', async () => {
    const expiring = { ...options(), steps: ['acceptance'], stepSettings: null, expires_in: 60 };
    await environment.withRun(expiring, async (run) => {
      await run.open();
      await run.handle.executeUpdate(advanceUpdate, { args: [{ minutes: 30 }] });
      await environment.server.sleep('31m');
      expect((await viewOf(run)).status).toBe('expired');
    });
  });

  it('refuses an early resend request and an expired code, and fails after too many wrong codes', async () => {
    await environment.withRun(options('nip-guessed'), async (run, projection) => {
      projection.provider = () => ({ gives_receipts: false });
      await until(() => projection.sent.length === 1);
      const resend = () =>
        run.handle.executeUpdate(resendUpdate, {
          args: [{ step_uuid: run.steps[0] ?? '', actor: 'person' }],
        });
      const codeOf = (call: Promise<unknown>) =>
        call.then(
          () => 'accepted',
          (error: unknown) => (error as { cause?: { type?: string } }).cause?.type,
        );
      expect(await codeOf(resend())).toBe('resend_too_soon');
      await environment.server.sleep('11m');
      expect(await codeOf(type(run, codeDigest(1, 1)))).toBe('code_expired');
      expect(await codeOf(resend())).toBe('accepted');
      const guesses = await Promise.all(
        Array.from({ length: 6 }, () => codeOf(type(run, codeDigest(1, 1)))),
      );
      expect(guesses.filter((code) => code === 'code_incorrect')).toHaveLength(3);
      expect(await run.handle.result()).toEqual({ status: 'failed', reason: 'guesses_exhausted' });
    });
  });
});
