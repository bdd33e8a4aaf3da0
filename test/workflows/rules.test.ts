import {
  actionUpdate,
  cancelSignal,
  rejectStepSignal,
  viewQuery,
} from '../../src/workflows/messages/messages';
import type { ActionName } from '../../src/steps/actions';
import type { JudgedRule, RuleVerdict } from '../../src/domain/run/rules';
import type { FakeProjection } from '../support/fake-projection';
import { WorkflowEnvironment, type TestRun } from '../support/workflow-environment';

const MINUTE = 60_000;
const STEPS = ['acceptance', 'personal_address'];
const RULE_UUID = '6f1d6a8e-31a4-4a53-9c57-a8fd3a5bfc11';

describe('the rules of a run', () => {
  let environment: WorkflowEnvironment;
  beforeAll(async () => {
    environment = await WorkflowEnvironment.create();
  });
  afterAll(() => environment.close());

  const act = (run: TestRun, action: ActionName) =>
    run.handle.executeUpdate(actionUpdate, {
      args: [{ action, by: 'ana', reason: 'looks_right', actor: 'staff' }],
    });
  const judged = (...verdicts: RuleVerdict[]) =>
    verdicts.map((verdict, index): JudgedRule => ({
      ...{ rule_uuid: RULE_UUID, name: `Rule ${index + 1}`, verdict },
    }));
  const typesOf = (projection: FakeProjection, { uuid }: TestRun) =>
    projection.get(uuid).events.map(({ type }) => type);

  it('skip a step whose expression is true before it starts, once earlier events are stored', async () => {
    const options = {
      ...{ steps: STEPS, skippable: [1], record: 'skipped-by-expression' },
      callback_url: 'https://backend.example/hook',
    };
    await environment.withRun(options, async (run, projection) => {
      projection.skips = () => 'true';
      expect((await run.submit(0)).run.status).toBe('success');
      const { view, outbox } = projection.get(run.uuid);
      expect(view.steps[1]).toMatchObject({ status: 'skipped', started_at: null });
      expect(typesOf(projection, run).slice(-4)).toEqual([
        ...['step_succeeded', 'skip_evaluated', 'step_skipped', 'run_succeeded'],
      ]);
      expect(projection.asked).toEqual([
        { run_uuid: run.uuid, step_uuid: run.steps[1], number: 5 },
      ]);
      expect(outbox.filter(({ resource_uuid }) => resource_uuid === run.steps[1])).toHaveLength(1);
    });
  });

  it.each<RuleVerdict>(['false', 'unknown'])(
    'execute a step whose expression is %s',
    async (verdict) => {
      await environment.withRun({ steps: STEPS, skippable: [0, 1] }, async (run, projection) => {
        projection.skips = () => verdict;
        expect((await run.open()).step).toMatchObject({ status: 'in_progress' });
        await run.submit(0);
        expect((await run.submit(1)).run.status).toBe('success');
        const verdicts = projection
          .get(run.uuid)
          .events.flatMap(({ type, data }) => (type === 'skip_evaluated' ? [data] : []));
        expect(verdicts).toEqual([{ verdict }, { verdict }]);
      });
    },
  );

  it('may skip all steps, also the first one of a run that starts immediately', async () => {
    const options = { steps: STEPS, skippable: [0, 1], start: 'immediate' as const };
    await environment.withRun(options, async (run, projection) => {
      projection.skips = () => 'true';
      expect(await run.handle.result()).toMatchObject({ status: 'success' });
    });
  });

  it('end a run as rejected with the name of the first rule that fails', async () => {
    const options = { steps: STEPS, judged: [0], record: 'knocked-out' };
    await environment.withRun(options, async (run, projection) => {
      projection.rules = () => judged('unknown', 'true', 'false', 'false');
      expect((await run.submit(0)).run.status).toBe('rejected');
      expect(await run.handle.result()).toEqual({
        ...{ status: 'rejected', reason: 'knockout_rule_failed' },
      });
      const { view } = projection.get(run.uuid);
      expect(view.steps.map(({ status }) => status)).toEqual(['success', 'cancelled']);
      expect(view.fault).toEqual({
        code: 'knockout_rule_failed',
        reason: `The knockout rule Rule 3 (${RULE_UUID}) does not hold.`,
        extra: { rule_uuid: RULE_UUID, rule_name: 'Rule 3' },
      });
    });
  });

  it('let a run continue when all rules hold, and are evaluated only for steps with rules', async () => {
    await environment.withRun({ steps: STEPS, judged: [1] }, async (run, projection) => {
      projection.rules = () => judged('true', 'true');
      await run.submit(0);
      expect(projection.asked).toEqual([]);
      expect((await run.submit(1)).run.status).toBe('success');
      expect(typesOf(projection, run).slice(-2)).toEqual(['rules_evaluated', 'run_succeeded']);
    });
  });

  it('put the whole run in review when a rule is unknown, and it continues after approval', async () => {
    const options = { steps: STEPS, judged: [0, 1], expires_in: 60, record: 'not-evaluable' };
    await environment.withRun(options, async (run, projection) => {
      projection.rules = () => judged('true', 'unknown');
      const submitted = await run.submit(0);
      expect(submitted.step).toMatchObject({ status: 'success' });
      expect(submitted.run).toMatchObject({ status: 'in_review', waiting_for: 'reviewer' });
      expect(projection.get(run.uuid).view).toMatchObject({
        ...{ reason: 'rule_not_evaluable', review: { step_uuid: null } },
      });
      expect(await codeFrom(run.submit(1))).toBe('action_not_allowed');
      await environment.server.sleep(120 * MINUTE);
      const approved = await act(run, 'approve_step');
      expect(approved.run).toMatchObject({ status: 'in_progress', waiting_for: 'person' });
      // After the last step as well: then there is nothing left but the decision.
      expect((await run.submit(1)).run.status).toBe('in_review');
      expect((await run.open()).run.status).toBe('in_review');
      expect((await act(run, 'approve_step')).run.status).toBe('success');
      expect(projection.get(run.uuid).view.reason).toBeNull();
    });
  });

  it('let a reviewer reject the run in review by signal', async () => {
    await environment.withRun({ steps: STEPS, judged: [0] }, async (run, projection) => {
      projection.rules = () => judged('unknown');
      await run.submit(0);
      await run.handle.signal(rejectStepSignal, { by: 'ana', reason: 'not_our_client' });
      expect(await run.handle.result()).toMatchObject({ reason: 'rejected_by_reviewer' });
      const { view } = projection.get(run.uuid);
      expect(view.fault).toMatchObject({ extra: { reason: 'not_our_client' } });
      expect(view.steps.map(({ status }) => status)).toEqual(['success', 'cancelled']);
    });
  });

  it('wait for MongoDB while it is down without delaying the response to the submission', async () => {
    const options = { steps: STEPS, judged: [0], skippable: [1], record: 'rules-mongodb-away' };
    await environment.withRun(options, async (run, projection) => {
      projection.rules = () => judged('true');
      projection.skips = () => 'true';
      await run.open();
      projection.isDown = true;
      const submitted = await run.submit(0);
      expect(submitted).toMatchObject({
        unstored: { number: expect.any(Number) },
        step: { status: 'success' },
      });
      expect((await run.handle.query(viewQuery)).status).toBe('in_progress');
      expect(projection.asked).toEqual([]);
      // A signal that arrives meanwhile is handled after the evaluation.
      await run.handle.signal(cancelSignal, { by: 'ana', reason: 'too_late' });
      projection.isDown = false;
      expect(await run.handle.result()).toMatchObject({ status: 'success' });
    });
  });

  it('are evaluated again when the evaluation failed', async () => {
    await environment.withRun({ steps: STEPS, judged: [0] }, async (run, projection) => {
      const failures = [1, 2, 3];
      projection.rules = () => {
        if (failures.pop() !== undefined) throw new Error('away');
        return judged('false');
      };
      const { run: answered } = await run.submit(0);
      expect(['in_progress', 'rejected']).toContain(answered.status);
      expect(await run.handle.result()).toMatchObject({ status: 'rejected' });
      expect(failures).toEqual([]);
    });
  });
});

async function codeFrom(call: Promise<unknown>): Promise<string | null | undefined> {
  const error = await call.catch((thrown: unknown) => thrown);
  return (error as { cause?: { type?: string } }).cause?.type;
}
