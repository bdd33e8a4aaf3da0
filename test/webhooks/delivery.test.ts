import { mongo } from 'mongoose';
import { stepUuid, TestApi, type RunJson } from '../support/api';
import { Deliverer, deliveriesOf } from '../support/deliveries';
import { answering, Receiver, verify } from '../support/receiver';

const SECRET = 'whsec_dGVzdA==';

describe('webhooks', () => {
  let api: TestApi;
  let receiver: Receiver;
  let deliverer: Deliverer;
  beforeAll(async () => {
    api = await TestApi.start();
  });
  afterAll(() => api.stop());
  beforeEach(async () => {
    receiver = await Receiver.start();
    deliverer = new Deliverer(api);
  });
  afterEach(() => receiver.stop());

  const create = (body: Record<string, unknown> = {}) =>
    api.createRun({ callback_url: receiver.url, ...body });
  const accept = (run: RunJson) =>
    api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, { body: { data: { accepted: true } } });

  it('report a creation and every change, in order, each with the state at that time', async () => {
    const run = await create({ external_reference_id: 'customer-42' });
    await accept(run);
    await deliverer.deliver();
    const received = receiver.of(run.uuid);
    expect(received.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(
      received.map(({ body: { event, resource, payload } }) => [
        event,
        resource,
        payload['status'],
      ]),
    ).toEqual([
      ['create', 'workflow', 'pending'],
      ['update', 'workflow', 'in_progress'],
      ['update', 'step', 'in_progress'],
      ['update', 'step', 'success'],
      ['update', 'step', 'in_progress'],
    ]);
    for (const each of received) verify(SECRET, each);
    expect(received[0]?.body.payload).toMatchObject({ external_reference_id: 'customer-42' });
    expect(received[3]?.body.payload).toMatchObject({ payload: { accepted: true } });
    expect(new Set(received.map(({ id }) => id)).size).toBe(5);
    const read = (await api.call(`/v1/workflows/${run.uuid}`)).body.result;
    expect(Date.parse(String(read['callback_at']))).toBeGreaterThan(Date.now() - 10_000);
  });

  it('omit the content of a run whose body would exceed 1 MiB, and mark it', async () => {
    const text = 'x'.repeat(9_600);
    const keys = Array.from({ length: 50 }, (_, index) => `f${index}`);
    const fields = keys.map((key) => ({ key, label: key, type: 'textarea' }));
    const form = await api.call('/v1/forms', { body: { name: 'Long', fields } });
    const form_uuid = form.body.result.uuid;
    const run = await create({
      steps: ['one', 'two'].map((custom_id) => ({ step: 'custom_form', custom_id })),
      setup: { one: { form_uuid }, two: { form_uuid } },
      metadata: { note: 'x'.repeat(400_000) },
    });
    const data = Object.fromEntries(keys.map((key) => [key, text]));
    for (const index of [0, 1]) {
      await api.call(`/v1/steps/${stepUuid(run, index)}/submit`, { body: { data } });
    }
    await deliverer.deliver();
    const told = receiver.of(run.uuid);
    const omitted = told.filter(({ body }) => 'content_omitted' in body);
    expect(omitted.map(({ sequence }) => sequence)).toEqual([told.length]);
    const { payload } = told.at(-1)!.body;
    expect(payload).toMatchObject({ status: 'success', metadata: null });
    expect((payload['steps'] as { payload: unknown }[]).map((step) => step.payload)).toEqual([
      null,
      null,
    ]);
    for (const { text: sent } of told) expect(sent.length).toBeLessThan(1024 * 1024);
  });

  it('for a receiver that was down for an hour all arrive afterwards in order', async () => {
    const run = await create();
    await receiver.stop();
    await deliverer.deliver();
    await accept(run);
    await deliverer.skip(60, 30);
    expect(receiver.told).toEqual([]);
    const waiting = await deliveriesOf(api, run.uuid);
    expect(waiting.map(({ status, fault }) => [status, fault])).toEqual([
      ['retrying', 'unreachable'],
      ...Array.from({ length: 4 }, () => ['pending', null]),
    ]);
    await receiver.restart();
    await deliverer.skip(60, 4);
    const received = receiver.of(run.uuid);
    expect(received.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(received.map(({ id }) => id)).toEqual(waiting.map(({ uuid }) => uuid));
    for (const { status } of await deliveriesOf(api, run.uuid)) expect(status).toBe('delivered');
  });

  it('have the same body at each attempt, also after an earlier one was accepted', async () => {
    receiver.behave = (response, { sequence }) =>
      response.writeHead(sequence === 2 && receiver.told.length === 2 ? 500 : 200).end();
    const run = await create();
    await accept(run);
    await deliverer.deliver();
    await deliverer.skip(0.1);
    const received = receiver.of(run.uuid);
    expect(received.map(({ sequence }) => sequence)).toEqual([1, 2, 2, 3, 4, 5]);
    expect(received[2]?.text).toBe(received[1]?.text);
    const read = (await api.call(`/v1/workflows/${run.uuid}`)).body.result;
    expect(read['callback_at']).not.toBeNull();
  });

  it('contain no more personal data once their run is erased during the delivery', async () => {
    const run = await create({ external_reference_id: 'customer-42' });
    await accept(run);
    await api.call(`/v1/workflows/${run.uuid}/actions/cancel`, { body: { by: 'x', reason: 'y' } });
    const clock = performance.now.bind(performance);
    receiver.behave = (response, received) => {
      if (received.sequence !== 2) return response.writeHead(200).end();
      const erased = api.call(`/v1/workflows/${run.uuid}/personal-data`, { method: 'DELETE' });
      void erased.then(() => {
        // A slow receiver: the stay at its queue is longer than a sign holds.
        jest.spyOn(performance, 'now').mockImplementation(() => clock() + 5_000);
        response.writeHead(200).end();
      });
    };
    await deliverer.deliver();
    jest.restoreAllMocks();
    const received = receiver.of(run.uuid).filter(({ body }) => body.resource === 'workflow');
    const named = received.map(({ body, sequence }) => [
      sequence,
      body.payload['external_reference_id'],
    ]);
    expect(named.slice(0, 2)).toEqual([
      [1, 'customer-42'],
      [2, 'customer-42'],
    ]);
    const later = named.slice(2).map(([, reference]) => reference);
    expect(later).toEqual([null]);
  });

  it('are retried after 5 s with the same id and body', async () => {
    receiver.behave = answering(500, {}, 'not today');
    const run = await create();
    await deliverer.deliver();
    const [first] = await deliveriesOf(api, run.uuid);
    expect(first).toMatchObject({ status: 'retrying', status_code: 500, answer: 'not today' });
    const pause = Date.parse(first?.next_try_at ?? '') - Date.now() - deliverer.ahead;
    expect(pause).toBeGreaterThan(3_000);
    expect(pause).toBeLessThan(6_000);
    await deliverer.deliver();
    expect(receiver.of(run.uuid)).toHaveLength(1);
    await deliverer.skip(0.1);
    const [one, two] = receiver.of(run.uuid);
    expect(two?.id).toBe(one?.id);
    expect(two?.text).toBe(one?.text);
  });

  it('that are added during a delivery of their run are sent with the others', async () => {
    const run = await create();
    receiver.behave = (response) => {
      receiver.behave = answering(200);
      void accept(run)
        .then(() => deliverer.dispatcher.runOnce())
        .then(() => response.end());
    };
    await deliverer.deliver();
    expect(receiver.of(run.uuid).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  it('that were accepted during a short outage of MongoDB are repeated within seconds', async () => {
    const run = await create();
    const { webhookDeliveries } = api.deps;
    const cut = new mongo.MongoNetworkError('connection closed');
    const noting = jest.spyOn(webhookDeliveries, 'recordAttempt').mockRejectedValueOnce(cut);
    await deliverer.deliver();
    expect(receiver.of(run.uuid)).toHaveLength(1);
    noting.mockRestore();
    await deliverer.skip(0.05);
    expect(receiver.of(run.uuid).map(({ sequence }) => sequence)).toEqual([1, 1]);
    const [first] = await deliveriesOf(api, run.uuid);
    expect(first?.status).toBe('delivered');
  });
});
