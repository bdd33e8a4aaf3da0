import { randomUUID } from 'node:crypto';
import { stepUuid, TestApi, type RunJson } from '../support/api';
import { Deliverer } from '../support/deliveries';
import { useOwnMongo } from '../support/own-mongo';
import { answering, Receiver, verify } from '../support/receiver';

const FIRST_SECRET = 'whsec_dGVzdA==';

describe('the dispatcher of webhooks', () => {
  let api: TestApi;
  let receiver: Receiver;
  let deliverer: Deliverer;
  let stopMongo: () => Promise<void>;
  beforeAll(async () => {
    stopMongo = await useOwnMongo();
  });
  afterAll(() => stopMongo());
  beforeEach(async () => {
    api = await TestApi.start();
    receiver = await Receiver.start();
    deliverer = new Deliverer(api);
  });
  afterEach(async () => {
    await receiver.stop();
    await api.stop();
  });

  const create = (url = receiver.url, bearer = api.client.key) =>
    api.createRun({ callback_url: url }, { bearer });
  const accept = (run: RunJson) =>
    api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, { body: { data: { accepted: true } } });
  const sequences = (run: RunJson) => receiver.of(run.uuid).map(({ sequence }) => sequence);

  it('sends no events of a task that is not completed, and asks the run to reconcile them', async () => {
    const run = await create();
    await deliverer.deliver();
    deliverer.tasks.isCompleted.mockResolvedValue(false);
    await accept(run);
    for (let look = 0; look < 12; look += 1) await deliverer.skip(0.2);
    expect(sequences(run)).toEqual([1]);
    const stored = await api.deps.runs.findWithEvents(run.uuid);
    expect(deliverer.tasks.isCompleted).toHaveBeenCalledWith(run.uuid, stored?.task_time);
    expect(deliverer.tasks.reconcile).toHaveBeenCalledWith(run.uuid);
    deliverer.tasks.isCompleted.mockResolvedValue(true);
    await deliverer.skip(60);
    expect(sequences(run)).toEqual([1, 2, 3, 4, 5]);
  });

  it('continues the work of other processes, including dead ones', async () => {
    const run = await create();
    await deliverer.dispatcher.runOnce();
    await deliverer.dispatcher.idle();
    await accept(run);
    const { webhookQueues } = api.deps;
    jest.spyOn(webhookQueues, 'claim').mockResolvedValueOnce(null);
    await new Deliverer(api).dispatcher.runOnce();
    const now = new Date(Date.now() + deliverer.ahead);
    const { account_uuid } = api.client;
    await webhookQueues.claim(randomUUID(), { account_uuid, now, leaseMs: 20_000, except: [] });
    await deliverer.deliver();
    expect(sequences(run)).toEqual([1]);
    await deliverer.skip(0.5);
    expect(sequences(run)).toEqual([1, 2, 3, 4, 5]);
  });

  it('delivers to other receivers while one hangs, with four connections to it at most', async () => {
    const hanging = await Receiver.start();
    hanging.behave = () => undefined;
    const slow: RunJson[] = [];
    const quick: RunJson[] = [];
    for (let made = 0; made < 30; made += 1) slow.push(await create(hanging.url));
    for (let made = 0; made < 20; made += 1) quick.push(await create());
    const startedAt = performance.now();
    await deliverer.dispatcher.runOnce();
    while (receiver.told.length < quick.length) {
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      await deliverer.dispatcher.runOnce();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(slow).toHaveLength(30);
    expect(hanging.mostOpen).toBe(4);
    await hanging.stop();
    await deliverer.dispatcher.stop();
  }, 30_000);

  it('signs with both secrets for a day when the secret is rotated during a retry', async () => {
    receiver.behave = answering(500);
    await create();
    await deliverer.deliver();
    const rotated = await api.call<{ webhook_secret: string }>('/v1/webhook-secret/rotate', {
      method: 'POST',
    });
    const { webhook_secret: second } = rotated.body.result;
    await deliverer.skip(1);
    const [before, between] = receiver.told;
    expect(between?.id).toBe(before?.id);
    verify(FIRST_SECRET, before!);
    expect(() => verify(second, before!)).toThrow();
    for (const secret of [FIRST_SECRET, second]) verify(secret, between!);
    const later = new Date(Date.now() + 24 * 60 * 60_000 + 1_000);
    expect(await api.deps.webhookSecrets.find(api.client.account_uuid, later)).toEqual([second]);
  });

  it('retries webhooks of a test run by the clock of the run', async () => {
    const { key } = await api.addClient({ account_uuid: api.client.account_uuid, mode: 'test' });
    receiver.behave = answering(503, { 'retry-after': '3600' });
    const run = await create(receiver.url, key);
    await deliverer.deliver();
    receiver.behave = answering(200);
    await deliverer.deliver();
    expect(sequences(run)).toEqual([1]);
    await api.gateway.advance(run.uuid, 59, 'first');
    await deliverer.deliver();
    expect(sequences(run)).toEqual([1]);
    await api.gateway.advance(run.uuid, 61, 'second');
    await deliverer.deliver();
    expect(sequences(run)).toEqual([1, 1]);
  });

  it('retries webhooks of a finished test run when its clock is advanced', async () => {
    const { key: bearer } = await api.addClient({
      ...{ account_uuid: api.client.account_uuid, mode: 'test' },
    });
    receiver.behave = answering(500);
    const run = await create(receiver.url, bearer);
    await api.gateway.act(
      run.uuid,
      { action: 'cancel', by: 'Ana', reason: 'asked', actor: 'staff' },
      randomUUID(),
    );
    const advance = (minutes: number) =>
      api.call(`/v1/sandbox/runs/${run.uuid}/advance`, { bearer, body: { minutes } });
    await deliverer.deliver();
    expect((await advance(1)).status).toBe(200);
    await deliverer.deliver();
    expect(sequences(run)).toEqual([1, 1]);
    expect((await advance(24 * 60)).status).toBe(200);
    await deliverer.deliver();
    const parked = await api.deps.webhookDeliveries.list(
      { account_uuid: api.client.account_uuid, mode: 'test' },
      { run_uuid: run.uuid, status: 'parked' },
      { skip: 0, limit: 10 },
    );
    expect(parked.length).toBeGreaterThan(1);
    expect((await advance(1)).body.error.code).toBe('already_finished');
  });

  it('uses less than 100 MB for ten thousand webhooks of a dead receiver', async () => {
    const run = await create();
    receiver.behave = answering(500);
    await deliverer.deliver();
    await receiver.stop();
    const due_at = new Date(0);
    for (const name of ['webhook_queues', 'webhook_deliveries']) {
      const collection = api.connection.collection(name);
      const template = await collection.findOne({});
      for (let made = 0; made < 10_000; made += 1_000) {
        const copies = Array.from({ length: 1_000 }, (_, index) => {
          const _id = `waiting-${made + index}`;
          return { ...template, _id, ...(name === 'webhook_queues' ? { due_at } : { queue: _id }) };
        });
        await collection.insertMany(copies as never[]);
      }
    }
    const before = process.memoryUsage().heapUsed;
    let most = 0;
    for (let pass = 0; pass < 8; pass += 1) {
      await deliverer.deliver();
      most = Math.max(most, process.memoryUsage().heapUsed - before);
    }
    const tried = await api.deps.webhookDeliveries.list(
      { account_uuid: api.client.account_uuid, mode: 'live' },
      { status: 'retrying', called: true },
      { skip: 0, limit: 10_001 },
    );
    expect(tried.filter(({ attempts }) => attempts > 1).length).toBeLessThan(50);
    expect(sequences(run)).toEqual([1]);
    process.stdout.write(`10,000 waiting: ${Math.round(most / 1_048_576)} MB at most\n`);
    expect(most).toBeLessThan(100 * 1_048_576);
  }, 60_000);
});
