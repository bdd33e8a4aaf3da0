import { WorkflowEnvironment } from '../support/workflow-environment';

describe('the hooks around steps', () => {
  let environment: WorkflowEnvironment;
  beforeAll(async () => {
    environment = await WorkflowEnvironment.create(require.resolve('./fixtures/hooked-runs'));
  });
  afterAll(() => environment.close());

  it('skip a step before it starts', async () => {
    await environment.withRun({ workflow: 'skippingRun' }, async (run, projection) => {
      expect((await run.submit(0)).run.status).toBe('success');
      const { steps } = projection.get(run.uuid).view;
      expect(steps[1]).toMatchObject({ status: 'skipped', started_at: null });
    });
  });

  it('end the run as rejected after a step that succeeded', async () => {
    await environment.withRun({ workflow: 'rejectingRun' }, async (run, projection) => {
      expect((await run.submit(0)).run.status).toBe('rejected');
      expect(await run.handle.result()).toEqual({ status: 'rejected', reason: 'rule_failed' });
      const { view } = projection.get(run.uuid);
      expect(view.steps.map((step) => step.status)).toEqual(['success', 'cancelled']);
      expect(view.fault).toEqual({ code: 'rule_failed', reason: 'The rule does not hold.' });
    });
  });

  it('may be slow without losing a submission', async () => {
    const options = { workflow: 'slowRun', steps: ['acceptance'], expires_in: 5 };
    await environment.withRun(options, async (run) => {
      const answer = run.submit(0);
      await environment.server.sleep('3s');
      expect((await answer).run.status).toBe('success');
    });
  });
});
