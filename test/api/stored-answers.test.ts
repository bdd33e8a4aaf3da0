import { randomUUID } from 'node:crypto';
import { stepUuid, TestApi, type RunJson } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

/** Sends one submission any number of times. */
async function submission() {
  const run: RunJson = await api.createRun();
  const call = { body: { data: { accepted: true } }, idempotencyKey: randomUUID() };
  const submit = () =>
    api.call<{ run: { status: string } }>(`/v1/steps/${stepUuid(run, 0)}/submit`, call);
  return { run, submit };
}

/** Delays the storage of a response until it is released. */
function holdKeeping() {
  const { idempotency } = api.deps;
  const finish = idempotency.finish.bind(idempotency);
  const letGo = signal();
  const asked = signal();
  jest.spyOn(idempotency, 'finish').mockImplementation(async (...kept) => {
    asked.give();
    await letGo.given;
    return finish(...kept);
  });
  return { asked: asked.given, letGo: letGo.give };
}

function signal() {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

test('the verdict on a submission is told before it is kept, and a repetition waits for that', async () => {
  const { submit } = await submission();
  const { letGo } = holdKeeping();
  const first = await submit();
  expect(first.status).toBe(200);
  const repetition = submit();
  letGo();
  const second = await repetition;
  expect(second.text).toBe(first.text);
  expect(second.headers.get('idempotent-replayed')).toBe('true');
});

test('a creation is told once its answer is kept', async () => {
  const { asked, letGo } = holdKeeping();
  const order: string[] = [];
  const creating = api
    .call('/v1/workflows', { body: { steps: ['personal_address'] }, idempotencyKey: randomUUID() })
    .then(() => order.push('told'));
  await asked;
  // It would have been told by then.
  await api.call('/v1/workflows');
  order.push('kept');
  letGo();
  await creating;
  expect(order).toEqual(['kept', 'told']);
});

test('a repetition at another process waits a moment for an answer that is about to be kept', async () => {
  const { submit } = await submission();
  const first = await submit();
  jest.spyOn(api.deps.idempotency, 'claim').mockResolvedValueOnce({ kind: 'in_progress' });
  expect((await submit()).text).toBe(first.text);
});

test('where its process died before the verdict was kept, a repetition gets it from the run', async () => {
  const { run, submit } = await submission();
  jest.spyOn(api.deps.idempotency, 'finish').mockRejectedValueOnce(new Error('the process died'));
  const { logger } = api.deps;
  jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
  expect((await submit()).status).toBe(200);
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 11_000);
  const second = await submit();
  expect([second.status, second.body.result.run.status]).toEqual([200, 'in_progress']);
  const stored = await api.deps.runs.findWithEvents(run.uuid);
  const taken = stored?.events.filter(({ type }) => type === 'submission_accepted');
  expect(taken).toHaveLength(1);
});
