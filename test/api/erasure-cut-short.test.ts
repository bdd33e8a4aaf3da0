/** Tests that the service finishes an interrupted erasure, and that no data of the run are shown meanwhile. */
import { createHash, randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { createMaintenance } from '../../src/workers/maintenance';
import { finishErasures } from '../../src/application/runs/finish-erasures';
import type { CodeMessage } from '../../src/providers/connector';
import { GridFsBlobs } from '../../src/store/media/gridfs-blobs';
import { sealAnswer } from '../../src/store/runs/sealed-content';
import { createStores, type Stores } from '../../src/store/stores';
import { stepSchema } from '../../src/steps/schemas';
import { ACCEPTANCE_SETUP, stepUuid, TestApi, type RunJson } from '../support/api';
import { Deliverer, deliveriesOf } from '../support/deliveries';
import { png } from '../support/files';
import { testKeys } from '../support/keys';
import { answering, Receiver } from '../support/receiver';
import { openStore } from '../support/store';

let api: TestApi;
let receiver: Receiver;
/** Another process, or a restarted one: its caches are empty. */
let other: Stores;
let connection: Connection;
beforeAll(async () => {
  api = await TestApi.start();
  receiver = await Receiver.start();
  receiver.behave = answering(200, {}, 'thanks for +525512345678');
  const { host, port, name } = api.connection;
  connection = await openStore(`mongodb://${host}:${port}/${name}`);
  other = createStores(connection, testKeys);
  // Any step works; this one gets a media rule.
  const schema = stepSchema('acceptance');
  const rule = { types: ['image/png'] as const, required: false, max_files: 2 };
  if (schema !== undefined) schema.media = () => ({ photo: rule });
});
afterAll(async () => {
  await receiver.stop();
  await connection.close();
  await api.stop();
});
afterEach(() => jest.restoreAllMocks());

const PHONE = '+525512345678';
const creation = {
  ...{ steps: ['acceptance'], setup: ACCEPTANCE_SETUP, phone: PHONE },
  ...{ external_reference_id: 'customer-42', metadata: { rfc: 'GODE561231GR8' } },
};

/** A finished run with personal data in every possible place. */
async function finishedRun(): Promise<RunJson> {
  const callback_url = receiver.url;
  const run = await api.createRun({ ...creation, callback_url }, { idempotencyKey: randomUUID() });
  await api.mint(run.uuid);
  const photo = new FormData();
  photo.append('collection', 'photo');
  photo.append('file', new Blob([new Uint8Array(png())]), 'photo.png');
  const step = `/v1/steps/${stepUuid(run, 0)}`;
  await api.call(`${step}/media`, { method: 'POST', raw: photo as never });
  await api.deps.sandbox.store(messageTo(run), 'sent', null);
  const body = { data: { accepted: true } };
  await api.call(`${step}/submit`, { body, idempotencyKey: `submit-${run.uuid}` });
  await new Deliverer(api).deliver();
  return (await api.call(`/v1/workflows/${run.uuid}`)).body.result;
}

function messageTo(run: RunJson): CodeMessage {
  const send = { run_uuid: run.uuid, step_uuid: stepUuid(run, 0), order: 1, send: 1 };
  const message = {
    ...{ key: randomUUID(), account_uuid: api.client.account_uuid, mode: 'test', channel: 'sms' },
    ...{ to: PHONE, template: { es: '{code}' }, code_ref: {}, send },
  };
  return message as never;
}

const erase = ({ uuid }: RunJson) =>
  api.call(`/v1/workflows/${uuid}/personal-data`, { method: 'DELETE' });
const finish = (stores = other) => finishErasures(stores, api.deps.logger, Date.now() + 1);
const stored = async (collection: string, filter: object) =>
  connection.collection(collection).find(filter).toArray();

/** Counts a run's documents of each kind. */
async function remaining({ uuid: run_uuid }: RunJson) {
  const [key] = await stored('run_keys', { _id: run_uuid });
  const [run] = await stored('runs', { _id: run_uuid });
  const media = await stored('media', { run_uuid });
  return {
    key: key?.['wrapped'] === undefined ? 0 : 1,
    hashes: (run?.['view'] as { hashes: { phones: string[] } }).hashes.phones.length,
    media: media.length,
    bytes: (await connection.collection('media_bytes.files').countDocuments()) - others,
    tokens: (await stored('tokens', { run_uuid, revoked_at: null })).length,
    messages: (await stored('sandbox_messages', { run_uuid })).length,
    unfinished: (run?.['erasure'] as { is_unfinished?: true } | undefined)?.is_unfinished ? 1 : 0,
  };
}
const NOTHING = { key: 0, hashes: 0, media: 0, bytes: 0, tokens: 0, messages: 0, unfinished: 0 };
/** Ignores files of other tests' runs. */
let others = 0;
beforeEach(async () => {
  others = await connection.collection('media_bytes.files').countDocuments();
});

/** Points at which a process can die after the erasure has begun: before each of its steps. */
const PLACES: [string, () => jest.SpyInstance][] = [
  ['its key is destroyed', () => jest.spyOn(api.deps.runKeys, 'destroy')],
  ['its files are removed', () => jest.spyOn(api.deps.media, 'removeAll')],
  ['the bytes of a file are removed', () => jest.spyOn(GridFsBlobs.prototype, 'remove')],
  ['its tokens are revoked', () => jest.spyOn(api.deps.tokens, 'revokeAll')],
  ['its messages are deleted', () => jest.spyOn(api.deps.sandbox, 'removeByRun')],
  ['it is marked as finished', () => jest.spyOn(api.deps.runErasure, 'finish')],
];

test.each(PLACES)(
  'an erasure that dies before %s is finished by another process',
  async (_, at) => {
    const run = await finishedRun();
    expect(await remaining(run)).toEqual({
      ...NOTHING,
      ...{ key: 1, hashes: 1, media: 1, bytes: 1, tokens: 1, messages: 1 },
    });
    at().mockRejectedValueOnce(new Error('the process died'));
    expect((await erase(run)).status).toBe(500);
    expect(await remaining(run)).toMatchObject({ hashes: 0, unfinished: 1 });
    // The API returns no personal data meanwhile.
    const between = (await api.call(`/v1/workflows/${run.uuid}`)).body.result;
    expect(between).toMatchObject({ metadata: null, external_reference_id: null });
    await finish();
    expect(await remaining(run)).toEqual(NOTHING);
    const left = (await api.call(`/v1/workflows/${run.uuid}`)).body.result;
    expect(left).toEqual(between);
    const { text } = ACCEPTANCE_SETUP.acceptance;
    const text_sha256 = createHash('sha256').update(text).digest('hex');
    expect(left.steps[0]?.payload).toMatchObject({ version: '1', text_sha256 });
  },
);

test('an erasure that dies before its first write leaves its run unchanged', async () => {
  const run = await finishedRun();
  jest.spyOn(api.deps.runErasure, 'begin').mockRejectedValueOnce(new Error('the process died'));
  expect((await erase(run)).status).toBe(500);
  await finish();
  expect((await api.call(`/v1/workflows/${run.uuid}`)).body.result).toEqual(run);
});

test('work in progress at an interrupted erasure restores no data, before or after its end', async () => {
  const run = await finishedRun();
  const [key] = [(await api.deps.runKeys.find(api.refOf(run)))!];
  const [delivery] = await deliveriesOf(api, run.uuid);
  expect(delivery?.answer).toContain(PHONE);
  const late = async () => {
    await api.stage(run.uuid, {
      ...{ type: 'destinations_fixed', actor: 'system', step_uuid: stepUuid(run, 0) },
      data: {
        ...{ submission_id: 's', phone: '+52••••••5678', email: null },
        hashes: { phone: 'hash-of-the-phone', email: null },
      },
    });
    await other.sandbox.store(messageTo(run), 'sent', null);
    await expect(receive(run, key)).rejects.toThrow('The file was removed meanwhile.');
    const tried = { status: 'delivered', fault: null, status_code: 200, latency_ms: 1 } as const;
    const answer = sealAnswer(key, delivery!.uuid, Buffer.from(PHONE));
    const { uuid: queue, account_uuid } = api.refOf(run);
    const place = { _id: delivery!.uuid, account_uuid, queue };
    const at = { last_try_at: new Date(), next_try_at: null, delivered_at: new Date() };
    await other.webhookDeliveries.recordAttempt(place, { ...tried, ...at, answer });
  };
  jest.spyOn(api.deps.runKeys, 'destroy').mockRejectedValueOnce(new Error('the process died'));
  await erase(run);
  await late();
  await finish();
  await late();
  expect(await remaining(run)).toEqual(NOTHING);
  // The process that didn't destroy the key itself drops it from its cache within ten seconds.
  const clock = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => clock() + 10_001);
  expect((await deliveriesOf(api, run.uuid))[0]?.answer).toBeNull();
  const again = await api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, {
    body: { data: { accepted: true } },
    idempotencyKey: `submit-${run.uuid}`,
  });
  expect([again.status, again.body.error.code]).toEqual([409, 'already_created']);
  const all = JSON.stringify(await stored('runs', { _id: run.uuid }));
  for (const text of ['5678', 'hash-of-the-phone', 'customer-42', 'GODE']) {
    expect(all).not.toContain(text);
  }
});

async function receive(run: RunJson, key: Buffer): Promise<void> {
  const { account_uuid } = api.client;
  const place = { account_uuid, mode: 'live' as const, run_uuid: run.uuid };
  async function* bytes() {
    yield await Promise.resolve(png());
  }
  await other.media.write({ ...place, step_uuid: stepUuid(run, 0) }, key, bytes());
}

test('a repeated redelivery returns 409 without the response of the receiver once the run is erased', async () => {
  const run = await finishedRun();
  const [delivery] = await deliveriesOf(api, run.uuid);
  const redeliver = () =>
    api.call<{ answer: string }>(`/v1/webhook-deliveries/${delivery!.uuid}/redeliver`, {
      ...{ method: 'POST', idempotencyKey: 'redeliver' },
    });
  expect((await redeliver()).body.result.answer).toContain(PHONE);
  await erase(run);
  const again = await redeliver();
  expect(again.status).toBe(409);
  expect(again.text).not.toContain(PHONE);
});

test('two processes can finish the same erasure concurrently', async () => {
  const run = await finishedRun();
  jest.spyOn(api.deps.runKeys, 'destroy').mockRejectedValueOnce(new Error('the process died'));
  await erase(run);
  await Promise.all([finish(), finish(api.deps)]);
  expect(await remaining(run)).toEqual(NOTHING);
});

test('an erasure that cannot be finished yet does not block other erasures', async () => {
  const runs = [await finishedRun(), await finishedRun()];
  for (const run of runs) {
    jest.spyOn(api.deps.runKeys, 'destroy').mockRejectedValueOnce(new Error('the process died'));
    await erase(run);
  }
  jest
    .spyOn(GridFsBlobs.prototype, 'remove')
    .mockRejectedValueOnce(new Error('the bucket is away'));
  await expect(finish()).rejects.toThrow('1 erasures could not be finished');
  const unfinished = async () =>
    (await Promise.all(runs.map(remaining))).map((each) => each.unfinished);
  expect((await unfinished()).sort()).toEqual([0, 1]);
  // Each key is destroyed immediately, even if the files remain.
  expect((await Promise.all(runs.map(remaining))).map(({ key }) => key)).toEqual([0, 0]);
  await finish();
  expect(await unfinished()).toEqual([0, 0]);
});

test('the scheduled task ignores erasures that may still be in progress', async () => {
  const [old, fresh] = [await finishedRun(), await finishedRun()];
  await other.runErasure.begin(api.refOf(old), {}, new Date(Date.now() - 31_000));
  await other.runErasure.begin(api.refOf(fresh), {});
  const report = await createMaintenance(other, api.deps.logger).finishErasures();
  expect(report).toBe('1 erasures finished');
  expect((await remaining(old)).unfinished).toBe(0);
  expect((await remaining(old)).key).toBe(0);
  expect(await remaining(fresh)).toMatchObject({ key: 1, unfinished: 1 });
});
