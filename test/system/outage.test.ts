import { Caller, addressIn, ACCEPTANCE, type Answered, type RunJson } from '../support/caller';
import { Stack } from '../support/stack';

/** Promised maximum response time, in milliseconds. */
const PROMISED_MS = 5_000;
const OUTAGE_MS = 20_000;
const RUNS = 6;

describe('a service whose MongoDB is down for 20 s', () => {
  let stack: Stack;
  let caller: Caller;
  let runs: RunJson[];

  beforeAll(async () => {
    stack = await Stack.start();
    caller = new Caller(stack.url);
    runs = await Promise.all(Array.from({ length: RUNS }, () => newRun(caller)));
  }, 60_000);
  afterAll(() => stack.stop(), 30_000);
  // Restarts MongoDB even when a test fails during its outage.
  afterEach(() => stack.mongo.restart(), 60_000);

  const events = async (run: RunJson) =>
    (await stack.client.workflow.getHandle(run.uuid).fetchHistory()).events?.length ?? 0;

  it('returns a result or 503 to every caller within 5 s, and has complete runs afterwards', async () => {
    const [untouched, ...hit] = runs as [RunJson, ...RunJson[]];
    await finish(caller, untouched);
    // The updates of these are in progress when MongoDB is killed.
    const underway = hit.map((run) =>
      caller.once(`/v1/steps/${run.steps[0]?.uuid}/submit`, {
        body: { data: { accepted: true } },
        idempotencyKey: `first-${run.uuid}`,
      }),
    );
    await new Promise(setImmediate);
    await stack.mongo.kill9();
    const early = (await Promise.all(underway)).map((answer) => summaryOf('submit', answer));
    const seen = new Set<string>();
    for (const end = Date.now() + OUTAGE_MS; Date.now() < end;) {
      const answers = await Promise.all(
        Object.entries({
          list: caller.once('/v1/workflows'),
          submit: caller.once(`/v1/steps/${hit[0]?.steps[0]?.uuid}/submit`, {
            body: { data: { accepted: true } },
          }),
          create: caller.once('/v1/workflows', {
            body: { steps: ['acceptance'], setup: ACCEPTANCE },
          }),
          readyz: caller.once('/readyz'),
        }).map(async ([call, answer]) => summaryOf(call, await answer)),
      );
      for (const answer of answers) seen.add(answer);
    }
    expect([...seen].sort()).toEqual([
      ...['create: 503 unavailable', 'list: 503 unavailable'],
      ...['readyz: 503 unavailable', 'submit: 503 unavailable'],
    ]);
    const allowed = new Set(['submit: 200', 'submit: 503 unavailable']);
    expect(early.filter((answer) => !allowed.has(answer))).toEqual([]);
    await stack.mongo.restart();
    const ended = await Promise.all(hit.map((run) => finish(caller, run)));
    expect(ended.map((run) => run.status)).toEqual(hit.map(() => 'success'));
    expect(await stack.drifts(runs.map((run) => run.uuid))).toEqual([]);
    const plain = await events(untouched);
    for (const run of hit) expect((await events(run)) - plain).toBeLessThan(15);
  }, 120_000);

  it('accepts a cancellation in Temporal meanwhile, with a short history, and returns it afterwards', async () => {
    const [run, untouched] = [await newRun(caller), await newRun(caller)];
    const cancel = (uuid: string) =>
      stack.client.workflow.getHandle(uuid).signal('cancel', { by: 'support', reason: 'asked_to' });
    await cancel(untouched.uuid);
    await stack.client.workflow.result(untouched.uuid);
    await stack.mongo.kill9();
    await cancel(run.uuid);
    await new Promise((resolve) => setTimeout(resolve, OUTAGE_MS / 2));
    await stack.mongo.restart();
    await stack.client.workflow.result(run.uuid);
    expect((await caller.persist<RunJson>(`/v1/workflows/${run.uuid}`)).body.result.status).toBe(
      'cancelled',
    );
    expect(await stack.drifts([run.uuid])).toEqual([]);
    expect((await events(run)) - (await events(untouched))).toBeLessThan(15);
  }, 60_000);
});

/** Responses by call, and those that came too late: shown by a failed comparison. */
function summaryOf(call: string, { status, body, took }: Answered<unknown>): string {
  const late = took < PROMISED_MS ? [] : [`after ${Math.round(took)} ms`];
  return [`${call}: ${status}`, body.error?.code ?? [], late].flat().join(' ');
}

async function newRun(caller: Caller): Promise<RunJson> {
  const body = { steps: ['acceptance', 'personal_address'], setup: ACCEPTANCE };
  return (await caller.persist<RunJson>('/v1/workflows', { body })).body.result;
}

async function finish(caller: Caller, run: RunJson): Promise<RunJson> {
  await caller.persist(`/v1/steps/${run.steps[0]?.uuid}/submit`, {
    body: { data: { accepted: true } },
    idempotencyKey: `first-${run.uuid}`,
  });
  await caller.persist(`/v1/steps/${run.steps[1]?.uuid}/submit`, {
    body: { data: addressIn('Calle 1') },
  });
  return (await caller.persist<RunJson>(`/v1/workflows/${run.uuid}`)).body.result;
}
