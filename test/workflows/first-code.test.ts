import { resendUpdate, submitUpdate } from '../../src/workflows/messages/messages';
import type { NipPolicy } from '../../src/domain/otp/policy';
import type { EventOf, Json, NumberedEvent } from '../../src/domain/run/events';
import { foldWithWebhooks } from '../../src/domain/run/outbox';
import { otpStateOf } from '../../src/steps/shared/one-time-code/state';
import { codeDigest, type FakeProjection } from '../support/fake-projection';
import { WorkflowEnvironment, type TestRun } from '../support/workflow-environment';

const POLICY: NipPolicy = {
  verifications: [{ channel: 'sms', connector_uuid: null, backup: null }],
  code: {
    ...{ length: 6, expires_in: 600, max_wrong: 3, max_sends: 5 },
    ...{ resend_after: 30, receipt_timeout: 60 },
  },
};
const CODE = {
  destinations: { submission_id: 'created-1', phone: '+52***0001', email: null },
  ...{ order: 1, issue: 1, key_id: 'k', digest: codeDigest(1, 1) },
};

type Created = EventOf<'run_created'>;

/** The first event as stored by the API, with `more` events of an uncompleted task. */
function begin(more: NumberedEvent[] = []) {
  return (projection: FakeProjection, { created }: { created: Created }) => {
    const events = [created, ...more];
    const { view } = foldWithWebhooks(null, events);
    const items = events.map((event) => ({ event, entries: [] }));
    projection.store({ after: 0, items, view, task_time: 0, sealed: '' });
  };
}

describe('a run with a prepared first code', () => {
  let environment: WorkflowEnvironment;
  beforeAll(async () => {
    environment = await WorkflowEnvironment.create();
  });
  afterAll(() => environment.close());

  const options = (record?: string) => ({
    ...{ steps: ['nip'], start: 'immediate' as const, code: CODE, before: begin() },
    stepSettings: { nip: POLICY as unknown as Json, asks_for: null },
    ...(record === undefined ? {} : { record }),
  });
  const type = (run: TestRun, digest: string, sealed?: string) => {
    const id = crypto.randomUUID();
    const message = { id, step_uuid: run.steps[0] ?? '', actor: 'person' as const };
    const facts = { kind: 'code', order: 1, digest };
    const args = [{ ...message, facts, ...(sealed !== undefined && { sealed }) }] as const;
    return run.handle.executeUpdate(submitUpdate, { updateId: id, args: [...args] });
  };
  const until = async (what: () => boolean) => {
    while (!what()) await environment.server.sleep('1s');
  };
  const blockProvider = (projection: FakeProjection) => {
    let release = (): void => undefined;
    const answer = new Promise<void>((resolve) => (release = resolve));
    projection.provider = () => answer.then(() => ({ gives_receipts: false }));
    return () => release();
  };

  it('stores its first events with the send of the code, without a separate call', async () => {
    await environment.withRun(options('first-code'), async (run, projection) => {
      const release = blockProvider(projection);
      await until(() => projection.sent.length === 1);
      const [step] = projection.get(run.uuid).view.steps;
      expect(otpStateOf(step)?.verifications[0]?.status).toBe('sent');
      expect(projection.calls).toBe(0);
      release();
      expect((await type(run, codeDigest(1, 1))).run.status).toBe('success');
    });
  });

  it('stores events that arrive during the send', async () => {
    await environment.withRun(options('first-code-opened-meanwhile'), async (run, projection) => {
      const release = blockProvider(projection);
      await until(() => projection.sent.length === 1);
      const answer = await run.open();
      expect(answer.unstored).toBeNull();
      expect(projection.get(run.uuid).view.started_at).not.toBeNull();
      release();
      expect((await type(run, codeDigest(1, 1))).run.status).toBe('success');
    });
  });

  it('is stored before it sends when its API died before storing it', async () => {
    const unstored = { ...options('first-code-api-died'), before: () => undefined };
    await environment.withRun(unstored, async (run, projection) => {
      await until(() => projection.sent.length === 1);
      expect(projection.get(run.uuid).number).toBeGreaterThan(1);
      expect((await type(run, codeDigest(1, 1))).run.status).toBe('success');
    });
  });

  it('sends its first code once MongoDB is back, and stores its events then', async () => {
    const down = {
      ...options('first-code-mongodb-away'),
      before: (projection: FakeProjection, input: { created: Created }) => {
        begin()(projection, input);
        projection.isDown = true;
      },
    };
    await environment.withRun(down, async (run, projection) => {
      await environment.server.sleep('20s');
      expect(projection.sent).toHaveLength(0);
      projection.isDown = false;
      await until(() => projection.sent.length === 1);
      expect((await type(run, codeDigest(1, 1))).run.status).toBe('success');
    });
  });

  it('replaces the events of a task that never completed', async () => {
    const opened = (created: EventOf<'run_created'>): NumberedEvent => ({
      ...{ number: 2, at: created.at, type: 'run_opened', actor: 'person', step_uuid: null },
      data: { submission_id: null },
    });
    const before = (projection: FakeProjection, input: { created: Created }) => {
      begin([opened(input.created)])(projection, input);
    };
    await environment.withRun({ ...options(), before }, async (run, projection) => {
      await until(() => projection.sent.length === 1);
      expect((await type(run, codeDigest(1, 1))).run.status).toBe('success');
      expect(projection.get(run.uuid).events[1]?.type).toBe('step_started');
    });
  });

  it('replaces a different first event of a repeated creation', async () => {
    const before = (projection: FakeProjection, { created }: { created: Created }) => {
      const { data } = created;
      const other = {
        ...created,
        data: { ...data, settings: { ...data.settings, language: 'en' } },
      };
      const { view } = foldWithWebhooks(null, [other]);
      const items = [{ event: other, entries: [] }];
      projection.store({ after: 0, items, view, task_time: -1, sealed: '' });
    };
    await environment.withRun({ ...options(), before }, async (run, projection) => {
      await until(() => projection.sent.length === 1);
      expect((await type(run, codeDigest(1, 1))).run.status).toBe('success');
      expect(projection.get(run.uuid).view.settings.language).toBe('es');
    });
  });

  it('fixes a submitted destination by a separate activity', async () => {
    const asking = { nip: POLICY as unknown as Json, asks_for: 'phone' };
    const { code: _code, ...rest } = options();
    const given = { ...rest, stepSettings: asking, start: 'on_open' as const };
    await environment.withRun(given, async (run, projection) => {
      const id = crypto.randomUUID();
      const message = { id, step_uuid: run.steps[0] ?? '', actor: 'person' as const };
      const args = [{ ...message, facts: { kind: 'destination' } }] as const;
      await run.handle.executeUpdate(submitUpdate, { updateId: id, args: [...args] });
      await until(() => projection.sent.length === 1);
      const { events } = await run.handle.fetchHistory();
      const scheduled = (events ?? []).flatMap(
        ({ activityTaskScheduledEventAttributes: attributes }) =>
          attributes == null ? [] : [attributes.activityType?.name],
      );
      expect(scheduled).toContain('fixDestinations');
      expect((await type(run, codeDigest(1, 1))).run.status).toBe('success');
    });
  });

  it('creates its later codes itself', async () => {
    const before = (projection: FakeProjection, input: { created: Created }) => {
      begin()(projection, input);
      projection.provider = () => ({ gives_receipts: false });
    };
    await environment.withRun({ ...options(), before }, async (run, projection) => {
      await until(() => projection.sent.length === 1);
      await environment.server.sleep('570s');
      const message = { step_uuid: run.steps[0] ?? '', actor: 'person' as const };
      await run.handle.executeUpdate(resendUpdate, { args: [message] });
      await until(() => projection.sent.length === 2);
      expect(projection.sent[1]?.issue).toBe(2);
      expect((await type(run, codeDigest(1, 2))).run.status).toBe('success');
    });
  });

  it('stores the origin of a correct code with its event, and nothing of a wrong code', async () => {
    await environment.withRun(options('code-sent-along'), async (run, projection) => {
      await until(() => projection.sent.length === 1);
      await expect(type(run, 'wrong', 'c2VhbGVkIDE=')).rejects.toThrow();
      expect((await type(run, codeDigest(1, 1), 'c2VhbGVkIDI=')).run.status).toBe('success');
      const accepted = projection.stored.filter(({ sealed }) => sealed !== undefined);
      expect(accepted.map(({ event, sealed }) => [event.type, sealed])).toEqual([
        ['submission_accepted', 'c2VhbGVkIDI='],
      ]);
    });
  });
});
