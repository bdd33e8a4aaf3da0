import { receiptSignal, resendUpdate, submitUpdate } from '../../src/workflows/messages';
import type { NipPolicy } from '../../src/nips/policy';
import type { Json } from '../../src/runs/events';
import { codeDigest } from '../support/fake-projection';
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

  it('sends by itself until one arrives, by the backup in the end, and takes the code', async () => {
    await environment.withRun(options('nip-backup'), async (run, projection) => {
      projection.provider = ({ channel }) =>
        channel === 'sms'
          ? { status: 'failed', refusal: 'refused', provider_id: null, error_code: 'no' }
          : {};
      await until(() => projection.sent.length === 3);
      const receipt = { order: 1, send: 3, status: 'delivered', error_code: null } as const;
      await run.handle.signal(receiptSignal, { step_uuid: run.steps[0] ?? '', ...receipt });
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

  it('takes silence for a failed attempt when its time has come', async () => {
    await environment.withRun(options('nip-silence'), async (run, projection) => {
      await until(() => projection.sent.length === 1);
      await environment.server.sleep('61s');
      await until(() => projection.sent.length === 2);
      expect((await type(run, codeDigest(1, 1))).run.status).toBe('success');
    });
  });

  it('replaces a code that expired before its person came, when the run is opened', async () => {
    await environment.withRun(options('nip-opened-late'), async (run, projection) => {
      await until(() => projection.sent.length === 1);
      projection.provider = () => ({ gives_receipts: false });
      const receipt = { order: 1, send: 1, status: 'delivered', error_code: null } as const;
      await run.handle.signal(receiptSignal, { step_uuid: run.steps[0] ?? '', ...receipt });
      await environment.server.sleep('11m');
      await run.open();
      await until(() => projection.sent.length === 2);
      expect(projection.sent.map(({ issue }) => issue)).toEqual([1, 2]);
      await run.open();
      expect((await type(run, codeDigest(1, 2))).run.status).toBe('success');
      expect(projection.sent).toHaveLength(2);
    });
  });

  it('refuses a wish that comes too soon and the code that has expired, and ends on too many wrong ones', async () => {
    await environment.withRun(options('nip-guessed'), async (run, projection) => {
      projection.provider = () => ({ gives_receipts: false });
      await until(() => projection.sent.length === 1);
      const wish = () =>
        run.handle.executeUpdate(resendUpdate, {
          args: [{ step_uuid: run.steps[0] ?? '', actor: 'person' }],
        });
      const codeOf = (call: Promise<unknown>) =>
        call.then(
          () => 'accepted',
          (error: unknown) => (error as { cause?: { type?: string } }).cause?.type,
        );
      expect(await codeOf(wish())).toBe('resend_too_soon');
      await environment.server.sleep('11m');
      expect(await codeOf(type(run, codeDigest(1, 1)))).toBe('code_expired');
      expect(await codeOf(wish())).toBe('accepted');
      const guesses = await Promise.all(
        Array.from({ length: 6 }, () => codeOf(type(run, codeDigest(1, 1)))),
      );
      expect(guesses.filter((code) => code === 'code_incorrect')).toHaveLength(3);
      expect(await run.handle.result()).toEqual({ status: 'failed', reason: 'guesses_exhausted' });
    });
  });
});
