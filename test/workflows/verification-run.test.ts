import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { reconcileSignal, submitUpdate, viewQuery } from '../../src/workflows/messages/messages';
import { FakeProjection } from '../support/fake-projection';
import { newRun } from '../support/new-run';
import { WorkflowEnvironment, type TestRun } from '../support/workflow-environment';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('a run', () => {
  let environment: WorkflowEnvironment;
  beforeAll(async () => {
    environment = await WorkflowEnvironment.create();
  });
  afterAll(() => environment.close());

  const statusOf = async (run: TestRun) => (await run.handle.query(viewQuery)).status;

  it('succeeds by the submissions of its person', async () => {
    await environment.withRun({ record: 'two-steps-success' }, async (run, projection) => {
      expect((await run.open()).run).toMatchObject({
        status: 'in_progress',
        waiting_for: 'person',
      });
      const first = await run.submit(0);
      expect(first.step).toMatchObject({ status: 'success' });
      expect(first.run.current_step_uuid).toBe(run.steps[1]);
      expect((await run.submit(1)).run).toMatchObject({ status: 'success', waiting_for: null });
      expect(await run.handle.result()).toEqual({ status: 'success', reason: null });
      expect(projection.get(run.uuid).events.map((event) => event.type)).toEqual([
        'run_created',
        'run_opened',
        'step_started',
        'submission_accepted',
        'step_succeeded',
        'step_started',
        'submission_accepted',
        'step_succeeded',
        'run_succeeded',
      ]);
    });
  });

  it('starts with its open steps when forms were copied from the run before it', async () => {
    const options = { steps: ['personal_address', 'acceptance'], kept: [0], record: 'restarted' };
    await environment.withRun(options, async (run, projection) => {
      const opened = await run.open();
      expect(opened.run.current_step_uuid).toBe(run.steps[1]);
      expect((await run.submit(1)).run.status).toBe('success');
      const { view } = projection.get(run.uuid);
      expect(view.steps.map(({ status }) => status)).toEqual(['success', 'success']);
      expect(view.steps[0]?.finished_at).toBe(view.created_at);
    });
  });

  it('is opened by a submission without a start before it', async () => {
    await environment.withRun({ steps: ['acceptance'] }, async (run, projection) => {
      expect((await run.submit(0)).run.status).toBe('success');
      expect(projection.get(run.uuid).events.map((event) => event.type)).toContain('run_opened');
    });
  });

  it('starts its first step immediately with start immediate, and is pending until it is opened', async () => {
    await environment.withRun({ start: 'immediate' }, async (run, projection) => {
      await untilProjected(() => projection.runs.get(run.uuid)?.view.number === 2);
      expect(projection.get(run.uuid).view).toMatchObject({ status: 'pending' });
      expect(projection.get(run.uuid).view.steps[0]?.status).toBe('in_progress');
      expect((await run.open()).run.status).toBe('in_progress');
    });
  });

  it('returns the same response to a repeated submission and records it once', async () => {
    await environment.withRun({}, async (run, projection) => {
      const first = await run.submit(0, 'same');
      expect(await run.submit(0, 'same')).toEqual(first);
      const accepted = projection
        .get(run.uuid)
        .events.filter((event) => event.type === 'submission_accepted');
      expect(accepted).toHaveLength(1);
    });
  });

  it('accepts one of two concurrent submissions', async () => {
    await environment.withRun({ steps: ['acceptance', 'personal_address'] }, async (run) => {
      const answers = await Promise.allSettled([run.submit(0, 'a'), run.submit(0, 'b')]);
      expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected']);
      const refused = answers.find((answer) => answer.status === 'rejected');
      expect(codeOf(refused?.reason)).toBe('step_not_current');
    });
  });

  it('refuses a submission to a step that is not current', async () => {
    await environment.withRun({}, async (run) => {
      expect(await codeFrom(run.submit(1))).toBe('step_not_current');
      expect(await codeFrom(run.submit(7))).toBe('step_not_current');
      expect(await statusOf(run)).toBe('pending');
    });
  });

  it('expires after expires_in minutes and cancels its unfinished steps', async () => {
    await environment.withRun(
      { expires_in: 1, record: 'expired-unopened' },
      async (run, projection) => {
        expect(await run.handle.result()).toEqual({ status: 'expired', reason: 'expired' });
        const { view } = projection.get(run.uuid);
        expect(view.steps.map((step) => step.status)).toEqual(['cancelled', 'cancelled']);
        expect(view.finished_at).toBeGreaterThanOrEqual(view.created_at + MINUTE);
        expect(view.finished_at).toBeLessThan(view.created_at + 2 * MINUTE);
      },
    );
  });

  it('of 30 days is abandoned, resumed and finished', async () => {
    const options = { expires_in: 30 * 24 * 60, abandon_after: 60, record: 'abandoned-and-back' };
    await environment.withRun(options, async (run, projection) => {
      await run.open();
      await environment.server.sleep(50 * MINUTE);
      await run.submit(0);
      await environment.server.sleep(50 * MINUTE);
      expect(await statusOf(run)).toBe('in_progress');
      await environment.server.sleep(11 * MINUTE);
      expect(await statusOf(run)).toBe('abandoned');
      await environment.server.sleep(20 * DAY);
      expect((await run.open()).run).toMatchObject({ status: 'in_progress' });
      expect((await run.submit(1)).run.status).toBe('success');
      const types = projection.get(run.uuid).events.map((event) => event.type);
      expect(types.filter((type) => type === 'run_abandoned')).toHaveLength(1);
      expect(types.filter((type) => type === 'run_resumed')).toHaveLength(1);
    });
  });

  it('that is abandoned still expires', async () => {
    await environment.withRun({ expires_in: 120, abandon_after: 30 }, async (run, projection) => {
      await run.open();
      expect(await run.handle.result()).toMatchObject({ status: 'expired' });
      const events = projection.get(run.uuid).events.map(({ type, at }) => ({ type, at }));
      const [created] = events;
      const abandoned = events.find(({ type }) => type === 'run_abandoned');
      expect((abandoned?.at ?? 0) - (created?.at ?? 0)).toBeGreaterThanOrEqual(30 * MINUTE);
    });
  });

  it('has one outcome when a submission races its deadline', async () => {
    for (let lead = -2; lead <= 2; lead += 1) {
      await environment.withRun(
        { steps: ['acceptance'], expires_in: 1 },
        async (run, projection) => {
          const { created_at } = await run.handle.query(viewQuery);
          const now = await environment.server.currentTimeMs();
          await environment.server.sleep(Math.max(1, created_at + MINUTE - now + lead));
          const answer = await run.submit(0).catch((error: unknown) => codeOf(error));
          const { status } = await run.handle.result();
          expect(typeof answer === 'string' ? 'expired' : answer?.run.status).toBe(status);
          expect(projection.get(run.uuid).view.status).toBe(status);
        },
      );
    }
  });

  it('that expired while no worker was running refuses a late submission', async () => {
    const projection = new FakeProjection();
    const { server, client } = environment;
    const input = newRun({ at: (await server.currentTimeMs()) - 2 * MINUTE, expires_in: 1 });
    const workflowId = input.created.data.run_uuid;
    const options = { workflowId, taskQueue: workflowId, args: [input] };
    const handle = await client.workflow.start('verificationRun', options);
    const submission = handle.executeUpdate(submitUpdate, {
      args: [
        {
          id: crypto.randomUUID(),
          step_uuid: input.created.data.steps[0]?.uuid ?? '',
          actor: 'person',
          facts: null,
        },
      ],
    });
    const code = submission.then(() => 'accepted', codeOf);
    const worker = await environment.createWorker(workflowId, projection);
    await worker.runUntil(async () => {
      expect(await code).toBe('expired');
      expect(await handle.result()).toEqual({ status: 'expired', reason: 'expired' });
    });
    expect(projection.get(workflowId).events.map(({ type }) => type)).not.toContain('run_opened');
  });

  it('ends as cancelled with a complete projection when it is cancelled in Temporal', async () => {
    await environment.withRun({ record: 'cancelled-in-temporal' }, async (run, projection) => {
      await run.open();
      await run.handle.cancel();
      expect(await run.handle.result()).toEqual({ status: 'cancelled', reason: 'cancelled' });
      expect(projection.get(run.uuid).events.at(-1)).toMatchObject({
        type: 'run_cancelled',
        actor: 'staff',
        data: { by: 'temporal', verified: false },
      });
    });
  });

  it('ends as cancelled when it is cancelled in Temporal before a worker has seen it', async () => {
    const projection = new FakeProjection();
    const input = newRun({});
    const workflowId = input.created.data.run_uuid;
    const options = { workflowId, taskQueue: workflowId, args: [input] };
    const handle = await environment.client.workflow.start('verificationRun', options);
    await handle.signal('nonsense');
    await handle.cancel();
    const worker = await environment.createWorker(workflowId, projection);
    await worker.runUntil(async () => {
      expect(await handle.result()).toEqual({ status: 'cancelled', reason: 'cancelled' });
    });
    expect(projection.get(workflowId).view.status).toBe('cancelled');
  });

  it('creates one webhook for each status change, in order', async () => {
    const options = { callback_url: 'https://example.com/hook', steps: ['acceptance'] };
    await environment.withRun(options, async (run, projection) => {
      await run.submit(0);
      await run.handle.result();
      const { outbox } = projection.get(run.uuid);
      expect(outbox.map(({ event, resource }) => `${event} ${resource}`)).toEqual([
        'create workflow',
        'update workflow',
        'update step',
        'update step',
        'update workflow',
      ]);
    });
  });

  it('records page reloads at growing intervals, so that they never fill its document', async () => {
    await environment.withRun({}, async (run, projection) => {
      for (let reload = 0; reload < 150; reload += 1) {
        await environment.server.sleep(6_000);
        await run.open();
      }
      expect(projection.get(run.uuid).view.number).toBeLessThan(135);
    });
  });

  it('removes from MongoDB on request the events of a task that never completed', async () => {
    await environment.withRun({}, async (run, projection) => {
      await run.open();
      const { view, events, task_time } = projection.get(run.uuid);
      const phantom = { ...events.at(-1)!, number: view.number + 1, type: 'run_expired' as const };
      const lost = { event: { ...phantom, data: {} } as never, entries: [] };
      await projection.activities.projectRun({
        after: view.number,
        items: [lost],
        view: { ...view, number: view.number + 1, status: 'expired' },
        task_time,
      });
      expect(projection.get(run.uuid).view.status).toBe('expired');
      await run.handle.signal(reconcileSignal);
      await untilProjected(() => projection.get(run.uuid).view.status === 'in_progress');
    });
  });

  it('returns the events that MongoDB may lack in responses and errors', async () => {
    await environment.withRun({}, async (run, projection) => {
      expect((await run.open()).unstored).toBeNull();
      projection.isDown = true;
      const tried = projection.taskTimes.length;
      const { unstored, run: stands } = await run.submit(0);
      // Of the first batch that had the last event: it may arrive late.
      const task_time = projection.taskTimes[tried];
      expect(unstored).toEqual({ uuid: run.uuid, number: stands.number, task_time });
      const refused = await run.submit(0).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        cause: { type: 'step_not_current', details: [null, unstored] },
      });
      projection.isDown = false;
      expect((await run.submit(1)).run.status).toBe('success');
      await run.handle.result();
    });
  });

  it('responds while MongoDB is down, and its projection is complete when MongoDB is back', async () => {
    await environment.withRun({ record: 'mongodb-away' }, async (run, projection) => {
      await run.open();
      projection.isDown = true;
      expect((await run.submit(0)).run.current_step_uuid).toBe(run.steps[1]);
      projection.isDown = false;
      expect((await run.submit(1)).run.status).toBe('success');
      expect(await run.handle.result()).toMatchObject({ status: 'success' });
      // A cancelled attempt may still arrive, so its replacement must have a later time.
      const [first = 0, ...later] = [...new Set(projection.taskTimes)];
      expect(later.every((time, index) => time > (later[index - 1] ?? first))).toBe(true);
      expect(later.length).toBeGreaterThanOrEqual(4);
    });
  });
});

async function codeFrom(call: Promise<unknown>): Promise<string | undefined> {
  return call.then(() => undefined, codeOf);
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) throw error;
  return error.cause instanceof ApplicationFailure ? (error.cause.type ?? undefined) : undefined;
}

/** Waits for a condition that the worker fulfils. */
async function untilProjected(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}
