/** A run that is filled with data to its limit still ends, is cancelled and erased. */
import { Caller, type Answered, type RunJson } from '../support/caller';
import { Stack } from '../support/stack';

const KEYS = Array.from({ length: 50 }, (_, index) => `f${index}`);
const STEPS = Array.from({ length: 30 }, (_, index) => `form_${index}`);

let stack: Stack;
let caller: Caller;
let form_uuid: string;
beforeAll(async () => {
  stack = await Stack.start();
  caller = new Caller(stack.url);
  const fields = KEYS.map((key) => ({ key, label: key, type: 'textarea' }));
  form_uuid = await made('/v1/forms', { name: 'Long', fields });
}, 60_000);
afterAll(() => stack.stop(), 30_000);

async function made(path: string, body: object): Promise<string> {
  const answer = await caller.persist<{ uuid: string }>(path, { body });
  expect([path, answer.status]).toEqual([path, answer.status < 300 ? answer.status : 201]);
  return answer.body.result.uuid;
}

const create = (more: object = {}) =>
  made('/v1/workflows', {
    steps: STEPS.map((custom_id) => ({ step: 'custom_form', custom_id })),
    setup: Object.fromEntries(STEPS.map((custom_id) => [custom_id, { form_uuid }])),
    ...more,
  });
const read = async (uuid: string) =>
  (await caller.persist<RunJson>(`/v1/workflows/${uuid}`)).body.result;
const erase = (uuid: string) =>
  caller.persist(`/v1/workflows/${uuid}/personal-data`, { method: 'DELETE' });

/** Submits texts of `bytes` in all to the current step, whose index is `step`. */
function submit(run: RunJson, step: number, bytes: number): Promise<Answered> {
  const text = 'x'.repeat(Math.floor(bytes / KEYS.length));
  const data = Object.fromEntries(KEYS.map((key) => [key, text]));
  return caller.persist(`/v1/steps/${run.steps[step]?.uuid}/submit`, { body: { data } });
}

/** Fills a run until it refuses even short texts. Returns the codes of the refusals and the next step. */
async function fill(uuid: string): Promise<{ refusals: unknown[]; step: number }> {
  const run = await read(uuid);
  const refusals: unknown[] = [];
  let step = 0;
  for (let bytes = 480_000; bytes >= 50;) {
    const answer = await submit(run, step, bytes);
    if (answer.status === 200) step += 1;
    else {
      refusals.push([answer.status, answer.body.error?.code]);
      bytes = Math.floor(bytes / 4);
    }
    expect(step).toBeLessThan(STEPS.length);
  }
  return { refusals, step };
}

test('is refused more data, then is cancelled and erased', async () => {
  const uuid = await create({ metadata: { note: 'x'.repeat(400_000) } });
  const { refusals, step } = await fill(uuid);
  expect(step).toBeGreaterThanOrEqual(3);
  expect(new Set(refusals.map(String))).toEqual(new Set(['413,too_large']));
  const cancel = { body: { by: 'ana', reason: 'Too long.' } };
  const cancelled = await caller.persist(`/v1/workflows/${uuid}/actions/cancel`, cancel);
  expect(cancelled.status).toBe(200);
  expect((await read(uuid)).status).toBe('cancelled');
  expect(await stack.client.workflow.result(uuid)).toMatchObject({ status: 'cancelled' });
  expect((await erase(uuid)).status).toBe(200);
  const erased = await read(uuid);
  expect(erased).toMatchObject({ status: 'cancelled', metadata: null });
  expect(await stack.drifts([uuid])).toEqual([]);
}, 120_000);

test('expires by itself, and is erased', async () => {
  const uuid = await create({ expires_in: 60 });
  await fill(uuid);
  const advanced = await caller.persist(`/v1/sandbox/runs/${uuid}/advance`, {
    body: { minutes: 61 },
  });
  expect(advanced.status).toBe(200);
  expect((await read(uuid)).status).toBe('expired');
  expect((await erase(uuid)).status).toBe(200);
}, 120_000);
