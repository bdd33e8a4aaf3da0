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
function delayStorage() {
  const { idempotency } = api.deps;
  const finish = idempotency.finish.bind(idempotency);
  const release = signal();
  const requested = signal();
  jest.spyOn(idempotency, 'finish').mockImplementation(async (...args) => {
    requested.give();
    await release.given;
    return finish(...args);
  });
  return { requested: requested.given, release: release.give };
}

function signal() {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

test('the result of a submission is returned before it is stored, and a repetition waits for its storage', async () => {
  const { submit } = await submission();
  const { release } = delayStorage();
  const first = await submit();
  expect(first.status).toBe(200);
  const repetition = submit();
  release();
  const second = await repetition;
  expect(second.text).toBe(first.text);
  expect(second.headers.get('idempotent-replayed')).toBe('true');
});

test('a creation is returned once its response is stored', async () => {
  const { requested, release } = delayStorage();
  const order: string[] = [];
  const creating = api
    .call('/v1/workflows', { body: { steps: ['personal_address'] }, idempotencyKey: randomUUID() })
    .then(() => order.push('returned'));
  await requested;
  // It would have been returned by then.
  await api.call('/v1/workflows');
  order.push('stored');
  release();
  await creating;
  expect(order).toEqual(['stored', 'returned']);
});

test('a repetition at another process waits for a response that is about to be stored', async () => {
  const { submit } = await submission();
  const first = await submit();
  jest.spyOn(api.deps.idempotency, 'claim').mockResolvedValueOnce({ kind: 'in_progress' });
  expect((await submit()).text).toBe(first.text);
});

test('a repetition returns the result of the run when the process died before storing its response', async () => {
  const { run, submit } = await submission();
  jest.spyOn(api.deps.idempotency, 'finish').mockRejectedValueOnce(new Error('the process died'));
  const { logger } = api.deps;
  jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
  expect((await submit()).status).toBe(200);
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 11_000);
  const second = await submit();
  expect([second.status, second.body.result.run.status]).toEqual([200, 'in_progress']);
  const stored = await api.deps.runs.findWithEvents(run.uuid);
  const acceptances = stored?.events.filter(({ type }) => type === 'submission_accepted');
  expect(acceptances).toHaveLength(1);
});
