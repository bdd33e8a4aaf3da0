import { Client } from '@temporalio/client';
import { Caller, ACCEPTANCE, addressIn, type RunJson } from '../support/caller';
import { createGateway } from '../../src/platform/temporal/client';
import { newRun } from '../support/new-run';
import { Stack } from '../support/stack';

/** Promised maximum response time, in milliseconds. */
const PROMISED_MS = 5_000;
const CROWD = 120;

describe('a run with many concurrent writers', () => {
  let stack: Stack;
  let caller: Caller;
  let run: RunJson;

  beforeAll(async () => {
    stack = await Stack.start();
    caller = new Caller(stack.url);
    const body = { steps: ['acceptance', 'personal_address'], setup: ACCEPTANCE };
    run = (await caller.persist<RunJson>('/v1/workflows', { body })).body.result;
  }, 60_000);
  afterAll(() => stack.stop(), 30_000);

  it('returns a result, 429 or 503 to each of them within 5 s and accepts one submission', async () => {
    const [first, second] = run.steps;
    const starts = Array.from({ length: CROWD }, () =>
      caller.once(`/v1/workflows/${run.uuid}/start`, { body: {} }),
    );
    const submissions = Array.from({ length: CROWD }, () =>
      caller.once(`/v1/steps/${first?.uuid}/submit`, { body: { data: { accepted: true } } }),
    );
    const answers = await Promise.all([...starts, ...submissions]);
    const statuses = [...new Set(answers.map(({ status }) => status))].sort();
    expect(statuses.filter((status) => ![200, 409, 429, 503].includes(status))).toEqual([]);
    expect(caller.slowest).toBeLessThan(PROMISED_MS);

    await caller.persist(`/v1/steps/${first?.uuid}/submit`, { body: { data: { accepted: true } } });
    const data = addressIn('Calle 1');
    const last = await caller.persist(`/v1/steps/${second?.uuid}/submit`, { body: { data } });
    expect(last.status).toBe(200);
    const types = (
      await caller.once<{ data: { type: string }[] }>(
        `/v1/workflows/${run.uuid}/events?per_page=100`,
      )
    ).body.result.data.map(({ type }) => type);
    expect(types.filter((type) => type === 'submission_accepted')).toHaveLength(2);
    expect(types.at(-1)).toBe('run_succeeded');
    expect(await stack.drifts([run.uuid])).toEqual([]);
  }, 60_000);

  it('has the creation time of the first attempt when its creation is repeated', async () => {
    const gateway = createGateway(stack.client, 'cerciora');
    const input = newRun({ at: Date.now() - 5_000 });
    const { created } = input;
    const start = (at: number) =>
      gateway.start({
        input: { ...input, created: { ...created, at } },
        external_reference_hash: null,
        request_id: 'r',
      });
    expect(await start(created.at)).toBe(created.at);
    expect(await start(created.at + 5_000)).toBe(created.at);
  }, 30_000);

  it('is unavailable while its namespace does not exist in Temporal', async () => {
    const client = new Client({ connection: stack.client.connection, namespace: 'not-yet' });
    const opening = createGateway(client, 'cerciora').reconcile(run.uuid);
    await expect(opening).rejects.toMatchObject({ name: 'TemporalUnavailable' });
  }, 30_000);

  it('is reported by the drift check once it is terminated in Temporal', async () => {
    const body = { steps: ['acceptance'], setup: ACCEPTANCE };
    const other = (await caller.persist<RunJson>('/v1/workflows', { body })).body.result;
    await stack.client.workflow.getHandle(other.uuid).terminate('by hand');
    expect((await stack.drifts([other.uuid])).map(({ kind }) => kind)).toEqual([
      'workflow_missing',
    ]);
  }, 30_000);
});
