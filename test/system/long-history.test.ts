import { Caller, addressIn, ACCEPTANCE, type RunJson } from '../support/caller';
import { Stack } from '../support/stack';

describe('a run with a long history', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start({ 'limit.historyCount.suggestContinueAsNew': 40 });
  }, 60_000);
  afterAll(() => stack.stop(), 30_000);

  it('continues in a new execution with the same id, view and deadlines', async () => {
    const caller = new Caller(stack.url);
    const body = { steps: ['acceptance', 'personal_address'], setup: ACCEPTANCE, expires_in: 600 };
    const { uuid, steps } = (await caller.persist<RunJson>('/v1/workflows', { body })).body.result;
    const submit = (index: number, data: unknown) =>
      caller.persist(`/v1/steps/${steps[index]?.uuid}/submit`, { body: { data } });
    await submit(0, { accepted: true });
    const handle = stack.client.workflow.getHandle(uuid);
    const first = (await handle.describe()).runId;
    for (let sent = 0; sent < 30; sent += 1) await handle.signal('noise');
    // One at a time, as a person's page would: each answer is a rest at which the run may move.
    let current = first;
    for (let tries = 0; current === first && tries < 50; tries += 1) {
      await caller.persist(`/v1/workflows/${uuid}/start`, { body: {} });
      current = (await handle.describe()).runId;
    }
    expect(current).not.toBe(first);
    const before = (
      await caller.persist<RunJson & { deadline_at: string }>(`/v1/workflows/${uuid}`)
    ).body.result;
    expect(before).toMatchObject({ status: 'in_progress' });
    expect(before.deadline_at).not.toBeNull();
    await submit(1, addressIn('Calle 2'));
    const after = (await caller.persist<RunJson>(`/v1/workflows/${uuid}`)).body.result;
    expect(after.status).toBe('success');
    expect(await handle.result()).toMatchObject({ status: 'success' });
    expect(await stack.drifts([uuid])).toEqual([]);
  }, 60_000);

  it('still expires when it is continued at its deadline', async () => {
    const caller = new Caller(stack.url);
    const uuids = await Promise.all(Array.from({ length: 8 }, () => longRun(caller)));
    for (const uuid of uuids) {
      expect(await stack.client.workflow.result(uuid)).toEqual({
        status: 'expired',
        reason: 'expired',
      });
    }
    expect(await stack.drifts(uuids)).toEqual([]);
  }, 60_000);

  /** A run of one minute with a long history; the real server skips the minute. */
  async function longRun(caller: Caller): Promise<string> {
    const body = { steps: ['acceptance'], setup: ACCEPTANCE, expires_in: 1 };
    const { uuid } = (await caller.persist<RunJson>('/v1/workflows', { body })).body.result;
    for (let sent = 0; sent < 40; sent += 1)
      await stack.client.workflow.getHandle(uuid).signal('noise');
    await caller.persist(`/v1/workflows/${uuid}/start`, { body: {} });
    await stack.client.connection.workflowService.updateWorkflowExecutionOptions({
      namespace: 'default',
      workflowExecution: { workflowId: uuid },
      workflowExecutionOptions: { timeSkippingConfig: { enabled: true } },
      updateMask: { paths: ['time_skipping_config'] },
    });
    return uuid;
  }
});
