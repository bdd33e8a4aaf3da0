/** Tests that no account, and no person of an account, can use up what all share. */
import { SHARES } from '../../src/api/server/account-shares';
import { ACCEPTANCE_SETUP, stepUuid, TestApi, type Client, type RunJson } from '../support/api';
import { jpeg } from '../support/files';

const { creations, submissions, lists, uploads } = SHARES;
const BODY = { steps: ['acceptance'], setup: ACCEPTANCE_SETUP };
const ACCEPTED = { data: { accepted: true } };

let api: TestApi;
let other: Client;
beforeAll(async () => {
  // Waiting requests must not expire before the test releases them, on a busy machine either.
  api = await TestApi.start(300_000);
  other = await api.addClient();
  await api.createRun(BODY, { bearer: other.key });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => api.stop());

/** Makes calls of a spied method wait until they are released; counts them. */
function hold<Given extends unknown[], Result>(
  original: (...given: Given) => Promise<Result>,
  spy: { mockImplementation(replacement: (...given: Given) => Promise<Result>): unknown },
  isHeld: (...given: Given) => boolean,
) {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = { count: 0, release };
  spy.mockImplementation(async (...given) => {
    if (isHeld(...given)) {
      held.count += 1;
      await released;
    }
    return original(...given);
  });
  return held;
}

function holdCreations(of: TestApi, isHeld: (run: unknown) => boolean) {
  const { gateway } = of;
  return hold(gateway.start.bind(gateway), jest.spyOn(gateway, 'start'), isHeld);
}

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

/** Sends requests in parallel: the responses so far, and all. */
function flood<Answer extends { status: number; headers: Headers }>(
  count: number,
  send: (index: number) => Promise<Answer>,
) {
  const answered: Answer[] = [];
  const all = Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const answer = await send(index);
      answered.push(answer);
      return answer;
    }),
  );
  return { answered, all };
}

const statusesOf = (answers: readonly { status: number }[]) =>
  [200, 201, 429].map((status) => answers.filter((each) => each.status === status).length);

const isOfFirst = (run: unknown): boolean => JSON.stringify(run).includes(api.client.account_uuid);

test('an account that floods with creations gets 429, in both modes together; another is served', async () => {
  const { key: testKey } = await api.addClient({
    account_uuid: api.client.account_uuid,
    mode: 'test',
  });
  const held = holdCreations(api, isOfFirst);
  const { answered, all } = flood(24, (index) =>
    api.call('/v1/workflows', {
      body: BODY,
      bearer: index % 2 === 0 ? api.client.key : testKey,
      idempotencyKey: `flood-${index}`,
    }),
  );
  const room = creations.account.parallel + creations.account.waiting;
  await until(() => answered.length === 24 - room && held.count > 1);
  expect(held.count).toBe(creations.account.parallel);
  for (const { status, headers, body } of answered) {
    expect([status, body.error.code, headers.get('retry-after')]).toEqual([
      429,
      'rate_limited',
      '1',
    ]);
  }
  const served = await api.createRun(BODY, { bearer: other.key });
  const step = `/v1/steps/${stepUuid(served, 0)}/submit`;
  expect((await api.call(step, { body: ACCEPTED, bearer: other.key })).status).toBe(200);
  held.release();
  const answers = await all;
  expect(statusesOf(answers)).toEqual([room, 0, 24 - room]);
  const refused = answers.findIndex(({ status }) => status === 429);
  const again = { body: BODY, idempotencyKey: `flood-${refused}` };
  const bearer = refused % 2 === 0 ? api.client.key : testKey;
  expect((await api.call('/v1/workflows', { ...again, bearer })).status).toBe(200);
  expect(await api.deps.metrics.read()).toContain(
    `cerciora_share_refusals_total{share="creations"} ${24 - room}`,
  );
});

test('an account that has the service to itself may send many creations in parallel', async () => {
  const alone = await TestApi.start(300_000);
  try {
    const held = holdCreations(alone, () => true);
    const { all } = flood(24, () => alone.call('/v1/workflows', { body: BODY }));
    await until(() => held.count === creations.alone.parallel);
    held.release();
    expect(statusesOf(await all)).toEqual([24, 0, 0]);
  } finally {
    await alone.stop();
  }
});

test('a request beyond the share is refused before its body is read', async () => {
  const held = holdCreations(api, isOfFirst);
  const room = creations.account.parallel + creations.account.waiting;
  const { answered, all } = flood(room + 1, () => api.call('/v1/workflows', { body: BODY }));
  await until(() => answered.length === 1);
  const headers = { 'content-type': 'application/json' };
  const sentAt = performance.now();
  const broken = await api.call('/v1/workflows', { raw: '{', headers });
  expect(broken.status).toBe(429);
  // A caller that repeats it at once costs little.
  expect(performance.now() - sentAt).toBeGreaterThan(450);
  held.release();
  await all;
  expect((await api.call('/v1/workflows', { raw: '{', headers })).status).toBe(400);
});

test('a person who floods gets 429; another person of the account is served', async () => {
  const [run, another] = [await api.createRun(BODY), await api.createRun(BODY)];
  const submit = async ({ uuid, steps }: RunJson) => {
    const { token } = await api.mint(uuid);
    const path = `/v1/session/steps/${String(steps[0]?.uuid)}/submit`;
    return () => api.call(path, { body: ACCEPTED, bearer: token });
  };
  const [flooding, once] = [await submit(run), await submit(another)];
  const { gateway } = api;
  const submitting = gateway.submit.bind(gateway);
  const spy = jest.spyOn(gateway, 'submit');
  const held = hold(submitting, spy, (uuid) => uuid === run.uuid);
  const { answered, all } = flood(20, flooding);
  const room = submissions.person.parallel + submissions.person.waiting;
  await until(() => answered.length === 20 - room && held.count > 1);
  expect(held.count).toBe(submissions.person.parallel);
  expect((await once()).status).toBe(200);
  held.release();
  expect((await all).filter(({ status }) => status === 429)).toHaveLength(20 - room);
});

test('an account that floods with lists gets 429; another is served', async () => {
  const { runs } = api.deps;
  const held = hold(runs.list.bind(runs), jest.spyOn(runs, 'list'), isOfFirst);
  const { answered, all } = flood(24, () => api.call('/v1/workflows'));
  const room = lists.account.parallel + lists.account.waiting;
  await until(() => answered.length === 24 - room && held.count > 1);
  expect(held.count).toBe(lists.account.parallel);
  expect((await api.call('/v1/workflows', { bearer: other.key })).status).toBe(200);
  held.release();
  expect(statusesOf(await all)).toEqual([room, 0, 24 - room]);
});

test('an account that floods with uploads gets 429; another is served', async () => {
  const file = { collection: 'f', title: 'F', max_files: 1, types: ['image/jpeg'] };
  const body = { steps: ['files_upload'], setup: { files_upload: { files: [file] } } };
  const runs: RunJson[] = [];
  for (let made = 0; made < 10; made += 1) runs.push(await api.createRun(body));
  const own = await api.createRun(body, { bearer: other.key });
  const upload = (run: RunJson, bearer: string) => {
    const form = new FormData();
    form.set('collection', 'f');
    form.set('file', new Blob([new Uint8Array(jpeg())]), 'f.jpg');
    return fetch(`http://127.0.0.1:${api.port}/v1/steps/${stepUuid(run, 0)}/media`, {
      ...{ method: 'POST', body: form },
      headers: { authorization: `Bearer ${bearer}` },
    });
  };
  const { media } = api.deps;
  const held = hold(media.write.bind(media), jest.spyOn(media, 'write'), isOfFirst);
  const { answered, all } = flood(10, (index) => upload(runs[index] as RunJson, api.client.key));
  await until(() => answered.length === 2 && held.count === uploads.account.parallel);
  expect(answered.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
    [429, '1'],
    [429, '1'],
  ]);
  expect((await upload(own, other.key)).status).toBe(201);
  held.release();
  expect(statusesOf(await all)).toEqual([0, 8, 2]);
});

test('the slot of a creation rests as long as it was used, because workers go on', async () => {
  const rested = await TestApi.start(300_000);
  try {
    await rested.createRun(BODY, { bearer: (await rested.addClient()).key });
    const held = holdCreations(rested, () => true);
    const { parallel } = creations.account;
    const create = () => rested.call('/v1/workflows', { body: BODY });
    const first = flood(parallel, create).all;
    await until(() => held.count === parallel);
    const usedSince = performance.now();
    await until(() => performance.now() - usedSince > 400);
    held.release();
    await first;
    const releasedAt = performance.now();
    expect((await create()).status).toBe(200);
    expect(performance.now() - releasedAt).toBeGreaterThan(300);
  } finally {
    await rested.stop();
  }
});

test('a request that waits too long gets 429 and is not executed', async () => {
  const slow = await TestApi.start(8_000);
  try {
    await slow.createRun(BODY, { bearer: (await slow.addClient()).key });
    const { parallel } = creations.account;
    const held = holdCreations(slow, () => true);
    const create = () => slow.call('/v1/workflows', { body: BODY });
    const first = flood(parallel, create).all;
    await until(() => held.count === parallel);
    const late = await flood(4, create).all;
    expect(late.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(
      late.map(() => [429, '1']),
    );
    held.release();
    expect(statusesOf(await first)).toEqual([parallel, 0, 0]);
    expect((await create()).status).toBe(200);
    expect(held.count).toBe(parallel + 1);
  } finally {
    await slow.stop();
  }
});
