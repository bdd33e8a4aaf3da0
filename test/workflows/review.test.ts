import type { ApplicationFailure } from '@temporalio/common';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { NumberedEvent } from '../../src/domain/run/events';
import { fold } from '../../src/domain/run/view';
import {
  actionUpdate,
  approveStepSignal,
  cancelSignal,
  rejectStepSignal,
  submitUpdate,
  VERIFICATION_RUN,
  viewQuery,
  type RunInput,
  type RunResult,
} from '../../src/workflows/messages/messages';
import type { ActionName } from '../../src/steps/actions';
import { FakeProjection } from '../support/fake-projection';
import { runCreated } from '../support/new-run';
import { WorkflowEnvironment, type TestRun } from '../support/workflow-environment';

const MINUTE = 60_000;
const STEPS = ['liveness', 'acceptance'];

describe('a step that a reviewer decides', () => {
  let environment: WorkflowEnvironment;
  beforeAll(async () => {
    environment = await WorkflowEnvironment.create();
  });
  afterAll(() => environment.close());

  const act = (run: TestRun, action: ActionName) =>
    run.handle.executeUpdate(actionUpdate, {
      args: [{ action, by: 'ana', reason: 'photo_of_another', actor: 'staff' }],
    });
  const viewOf = (run: TestRun) => run.handle.query(viewQuery);
  const typesIn = (projection: FakeProjection, { uuid }: TestRun) =>
    projection.get(uuid).events.map(({ type }) => type);

  it('goes into review after the submission, and the run continues after approval', async () => {
    const options = {
      ...{ steps: STEPS, record: 'approved-by-reviewer' },
      callback_url: 'https://backend.example/hook',
    };
    await environment.withRun(options, async (run, projection) => {
      const submitted = await run.submit(0);
      expect(submitted.run).toMatchObject({ status: 'in_review', waiting_for: 'reviewer' });
      expect(submitted.step).toMatchObject({ status: 'in_review' });
      expect(projection.get(run.uuid).view).toMatchObject({ reason: 'manual_review' });
      const approved = await act(run, 'approve_step');
      expect(approved.run).toMatchObject({
        ...{ status: 'in_progress', waiting_for: 'person', current_step_uuid: run.steps[1] },
      });
      expect(await viewOf(run)).toMatchObject({ reason: null, steps: [{ status: 'success' }, {}] });
      expect((await viewOf(run)).review).toBeUndefined();
      const asked = { by: 'ana', reason: 'photo_of_another', verified: true };
      expect(projection.get(run.uuid).events).toContainEqual(
        expect.objectContaining({ type: 'review_approved', actor: 'staff', data: asked }),
      );
      expect((await run.submit(1)).run.status).toBe('success');
      // One webhook for each change: created, opened, and so on.
      expect(projection.get(run.uuid).outbox.map(({ resource }) => resource)).toEqual([
        ...['workflow', 'workflow', 'step'],
        ...['step', 'workflow'],
        ...['step', 'workflow', 'step'],
        ...['step', 'workflow'],
      ]);
    });
  });

  it('ends the run as rejected with the reason of the reviewer', async () => {
    await environment.withRun(
      { steps: STEPS, record: 'rejected-by-reviewer' },
      async (run, projection) => {
        await run.submit(0);
        expect((await act(run, 'reject_step')).run.status).toBe('rejected');
        expect(await run.handle.result()).toEqual({
          ...{ status: 'rejected', reason: 'rejected_by_reviewer' },
        });
        const { view } = projection.get(run.uuid);
        expect(view.steps.map(({ status }) => status)).toEqual(['rejected', 'cancelled']);
        expect(view.steps[0]?.fault).toEqual(view.fault);
        expect(view.fault).toEqual({
          code: 'rejected_by_reviewer',
          reason: 'A reviewer rejected it: photo_of_another',
          extra: { reason: 'photo_of_another' },
        });
      },
    );
  });

  it('is decided by signals too, and signals that do not apply are recorded as ignored', async () => {
    await environment.withRun({ steps: ['liveness', 'enroll_full'] }, async (run, projection) => {
      const author = { by: 'ana', reason: 'looks_right' };
      await run.handle.signal(approveStepSignal, author);
      await run.submit(0);
      await run.handle.signal('resend_code', author);
      await run.handle.signal(approveStepSignal, { by: 'ana', reason: 'A sentence.' });
      await run.handle.signal(approveStepSignal, author);
      await until(() => projection.get(run.uuid).view.status === 'in_progress');
      await run.submit(1);
      await run.handle.signal(rejectStepSignal, author);
      expect((await run.handle.result()).status).toBe('rejected');
      const { events } = projection.get(run.uuid);
      expect(events.filter(({ type }) => type === 'signal_ignored').map((e) => e.data)).toEqual([
        { name: 'approve_step', cause: 'not_applicable' },
        { name: 'resend_code', cause: 'not_applicable' },
        { name: 'approve_step', cause: 'malformed' },
      ]);
      expect(events.filter(({ type }) => type.startsWith('review_'))).toMatchObject([
        { type: 'review_requested', step_uuid: run.steps[0] },
        { type: 'review_approved', data: { ...author, verified: false } },
        { type: 'review_requested', step_uuid: run.steps[1] },
        { type: 'review_rejected', data: { ...author, verified: false } },
      ]);
    });
  });

  it('accepts no new submission during the review, and accepts decisions only then', async () => {
    await environment.withRun({ steps: STEPS }, async (run, projection) => {
      expect(await codeFrom(act(run, 'approve_step'))).toBe('action_not_allowed');
      await run.submit(0, 'first');
      expect(await codeFrom(run.submit(0))).toBe('action_not_allowed');
      const again = { id: 'first', step_uuid: run.steps[0] ?? '', actor: 'person' as const };
      const repeated = await run.handle.executeUpdate(submitUpdate, {
        args: [{ ...again, facts: null }],
      });
      expect(repeated.run.status).toBe('in_review');
      expect((await run.open()).run.status).toBe('in_review');
      expect(
        typesIn(projection, run).filter((type) => type === 'submission_accepted'),
      ).toHaveLength(1);
      await act(run, 'approve_step');
      expect(await codeFrom(act(run, 'approve_step'))).toBe('action_not_allowed');
    });
  });

  it('pauses expiry and abandonment during the review', async () => {
    const options = { steps: STEPS, expires_in: 60, abandon_after: 10 };
    await environment.withRun(options, async (run, projection) => {
      await run.submit(0);
      await environment.server.sleep(10 * 60 * MINUTE);
      expect((await viewOf(run)).status).toBe('in_review');
      await act(run, 'approve_step');
      expect((await viewOf(run)).status).toBe('in_progress');
      await environment.server.sleep(9 * MINUTE);
      expect((await viewOf(run)).status).toBe('in_progress');
      await environment.server.sleep(2 * MINUTE);
      expect((await viewOf(run)).status).toBe('abandoned');
      expect(await run.handle.result()).toMatchObject({ status: 'expired' });
      const { finished_at, created_at } = projection.get(run.uuid).view;
      expect((finished_at ?? 0) - created_at).toBeGreaterThan(11 * 60 * MINUTE);
    });
  });

  it.each([
    ['the step', 0],
    ['the run as a whole', null],
  ])('is still in review after the run was continued as new: %s', async (_what, index) => {
    const created = runCreated({ steps: STEPS });
    const { run_uuid: uuid, steps } = created.data;
    const system = { actor: 'system', step_uuid: null } as const;
    const review = { reason: 'r' };
    const place = index === null ? null : (steps[index]?.uuid ?? null);
    const events: NumberedEvent[] = [
      created,
      { ...system, number: 2, at: created.at, type: 'run_opened', data: { submission_id: null } },
      { ...system, number: 3, at: created.at, type: 'review_requested', data: review },
    ];
    const carried = events.map((event) =>
      event.type === 'review_requested' ? { ...event, step_uuid: place } : event,
    );
    const view = fold(null, carried);
    const projection = new FakeProjection();
    projection.runs.set(uuid, { view, number: 3, task_time: 0, events: carried, outbox: [] });
    const worker = await environment.createWorker(uuid, projection);
    await worker.runUntil(async () => {
      const handle = await environment.client.workflow.start<
        (input: RunInput) => Promise<RunResult>
      >(VERIFICATION_RUN, {
        ...{ workflowId: uuid, taskQueue: uuid },
        args: [{ kind: 'carried', view, task_time: 1 }],
      });
      const approval = {
        action: 'approve_step',
        by: 'ana',
        reason: 'fine',
        actor: 'staff',
      } as const;
      const { run } = await handle.executeUpdate(actionUpdate, { args: [approval] });
      const next = steps[index === null ? 0 : 1]?.uuid;
      expect(run).toMatchObject({ status: 'in_progress', current_step_uuid: next });
      expect(projection.get(uuid).view).toEqual(await handle.query(viewQuery));
      await handle.signal(cancelSignal, { by: 'ana', reason: 'enough' });
      await handle.result();
    });
  });

  it('can be cancelled, which ends its review', async () => {
    await environment.withRun({ steps: STEPS }, async (run, projection) => {
      await run.submit(0);
      await act(run, 'cancel');
      const { view } = projection.get(run.uuid);
      expect(view).toMatchObject({ status: 'cancelled', steps: [{ status: 'cancelled' }, {}] });
      expect(view.review).toBeUndefined();
    });
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 200) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function codeFrom(call: Promise<unknown>): Promise<string | null | undefined> {
  const error = await call.catch((thrown: unknown) => thrown);
  if (!(error instanceof WorkflowUpdateFailedError)) throw new Error('it was not refused');
  return (error.cause as ApplicationFailure).type;
}
