import { randomInt } from 'node:crypto';
import { Caller, carryRun, ACCEPTANCE, type RunJson } from '../support/caller';
import { Stack } from '../support/stack';

const RUNS = 20;
const KILLS = 10;

describe('a service whose processes are killed', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start();
  }, 60_000);
  afterAll(() => stack.stop(), 30_000);

  const somewhere = (limit: number) => () =>
    new Promise<void>((resolve) => setTimeout(resolve, randomInt(limit)));

  it('completes twenty concurrent runs during ten kills of worker, API and both', async () => {
    const caller = new Caller(stack.url);
    const carrying = Promise.all(
      Array.from({ length: RUNS }, (_, index) =>
        carryRun(caller, `Calle ${index}`, somewhere(6_000)),
      ),
    );
    const answers: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      await somewhere(700)();
      const roles = ([['worker'], ['api'], ['worker', 'api']] as const)[kill % 3] ?? [];
      await Promise.all(roles.map((role) => stack.kill(role)));
      await Promise.all(roles.map((role) => stack.spawn(role)));
      answers.push(await firstAnswer(caller));
    }
    const runs = await carrying;
    expect(runs.map((run) => run.status)).toEqual(Array(RUNS).fill('success'));
    expect(runs.map((run) => run.steps[1]?.payload?.['street'])).toEqual(
      Array.from({ length: RUNS }, (_, index) => `Calle ${index}`),
    );
    expect(new Set(runs.map((run) => run.uuid)).size).toBe(RUNS);
    expect(await stack.driftsExceptTimes(runs.map((run) => run.uuid))).toEqual([]);
    report('first answers after restarts, ms', answers);
  }, 120_000);

  it('responds soon after a new worker starts when the worker with the cached run died', async () => {
    const caller = new Caller(stack.url);
    const answers: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const run = await newRun(caller);
      await caller.persist(`/v1/workflows/${run.uuid}/start`, { body: {} });
      await stack.kill('worker');
      const submitting = caller.persist<{ run: RunJson }>(
        `/v1/steps/${run.steps[0]?.uuid}/submit`,
        {
          body: { data: { accepted: true } },
        },
      );
      await stack.spawn('worker');
      const readyAt = performance.now();
      expect((await submitting).body.result.run.status).toBe('success');
      answers.push(performance.now() - readyAt);
    }
    report('answers after a worker restart, ms', answers);
    // Promised are 1.5 s; the margin is for a busy machine, where three tries of a caller overlap.
    expect(Math.min(...answers)).toBeLessThan(1_500);
  }, 60_000);

  it('is not affected by a worker that froze during its work and resumes late', async () => {
    const caller = new Caller(stack.url);
    const carrying = Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        carryRun(caller, `Plaza ${index}`, somewhere(1_500)),
      ),
    );
    await somewhere(600)();
    const frozen = stack.freeze('worker');
    await stack.spawn('worker');
    await somewhere(3_000)();
    frozen.thaw();
    const runs = await carrying;
    await frozen.end();
    expect(runs.map((run) => run.status)).toEqual(Array(12).fill('success'));
    expect(await stack.driftsExceptTimes(runs.map((run) => run.uuid))).toEqual([]);
  }, 90_000);

  it('creates one run for one Idempotency-Key even when the API died before its response', async () => {
    const caller = new Caller(stack.url);
    const body = { steps: ['acceptance'], setup: ACCEPTANCE };
    for (let round = 0; round < 5; round += 1) {
      const idempotencyKey = `killed-api-${round}`;
      const lost = caller
        .once<RunJson>('/v1/workflows', { body, idempotencyKey })
        .catch(() => null);
      await somewhere(40)();
      await stack.kill('api');
      await stack.spawn('api');
      const [first, second, third] = [
        await lost,
        await caller.persist<RunJson>('/v1/workflows', { body, idempotencyKey }),
        await caller.persist<RunJson>('/v1/workflows', { body, idempotencyKey }),
      ];
      expect(third.body.result.uuid).toBe(second.body.result.uuid);
      if (first !== null) expect(first.body.result.uuid).toBe(second.body.result.uuid);
      expect(await stack.drifts([second.body.result.uuid])).toEqual([]);
    }
  }, 90_000);

  it('finishes by its schedule an erasure that a dead API process began', async () => {
    const { runErasure, runKeys } = stack.stores;
    const run = await carryRun(new Caller(stack.url), 'Calle Borrada', () => Promise.resolve());
    await stack.kill('api');
    const ref = (await stack.stores.runs.refOf(run.uuid))!;
    await runErasure.begin(ref, {}, new Date(Date.now() - 60_000));
    await stack.spawn('api');
    await stack.client.schedule.getHandle('cerciora-finish-erasures').trigger();
    const unfinished = async () => {
      for await (const { uuid } of runErasure.unfinished(new Date())) return uuid;
      return null;
    };
    for (const end = Date.now() + 10_000; (await unfinished()) !== null && Date.now() < end;) {
      await somewhere(100)();
    }
    expect(await unfinished()).toBeNull();
    expect(await runKeys.find(ref)).toBeNull();
  }, 60_000);

  it('continues after Temporal was killed and restarted', async () => {
    const caller = new Caller(stack.url);
    const carrying = Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        carryRun(caller, `Avenida ${index}`, somewhere(3_000)),
      ),
    );
    await somewhere(1_000)();
    await stack.temporal.kill9();
    await somewhere(500)();
    await stack.temporal.restart();
    const runs = await carrying;
    expect(runs.map((run) => run.status)).toEqual(Array(10).fill('success'));
    expect(await stack.driftsExceptTimes(runs.map((run) => run.uuid))).toEqual([]);
  }, 120_000);
});

async function newRun(caller: Caller): Promise<RunJson> {
  const created = await caller.persist<RunJson>('/v1/workflows', {
    body: { steps: ['acceptance'], setup: ACCEPTANCE },
  });
  return created.body.result;
}

/** Maximum time from the restart to the first response to a write, in milliseconds. */
async function firstAnswer(caller: Caller): Promise<number> {
  const startedAt = performance.now();
  const run = await newRun(caller);
  await caller.persist(`/v1/workflows/${run.uuid}/start`, { body: {} });
  return performance.now() - startedAt;
}

function report(what: string, figures: readonly number[]): void {
  const rounded = figures.map((figure) => Math.round(figure));
  process.stdout.write(`${what}: ${rounded.join(', ')}\n`);
}
