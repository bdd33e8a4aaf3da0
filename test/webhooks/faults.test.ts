import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { TIMEOUT_MS } from '../../src/platform/outbound/post';
import { stepUuid, TestApi, type RunJson } from '../support/api';
import { Deliverer, deliveriesOf, type DeliveryJson } from '../support/deliveries';
import { answering, Receiver } from '../support/receiver';

describe('a receiver', () => {
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

  const create = (url = receiver.url) => api.createRun({ callback_url: url });
  const open = (run: RunJson) =>
    api.call(`/v1/workflows/${run.uuid}/start`, { body: {}, method: 'POST' });
  const firstOf = async (uuid: string) => (await deliveriesOf(api, uuid))[0];
  const waitOf = (delivery: DeliveryJson | undefined) =>
    Math.round((Date.parse(delivery?.next_try_at ?? '') - Date.now() - deliverer.ahead) / 60_000);

  it('that redirects is not followed', async () => {
    const elsewhere = await Receiver.start();
    for (const status of [301, 302, 307, 308]) {
      receiver.behave = answering(status, { location: elsewhere.url });
      const run = await create();
      await deliverer.deliver();
      expect(await firstOf(run.uuid)).toMatchObject({ status: 'retrying', fault: 'redirect' });
    }
    expect(elsewhere.told).toEqual([]);
    await elsewhere.stop();
  });

  it('that returns 410 is not called again for pending and new webhooks', async () => {
    receiver.behave = answering(410);
    const run = await create();
    await open(run);
    await deliverer.deliver();
    await api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, { body: { data: { accepted: true } } });
    await deliverer.skip(60);
    expect(receiver.told).toHaveLength(1);
    const deliveries = await deliveriesOf(api, run.uuid);
    expect(deliveries.map(({ status, fault }) => [status, fault])).toEqual(
      Array.from({ length: 5 }, () => ['parked', 'gone']),
    );
    receiver.behave = answering(204);
    await api.call('/v1/webhook-deliveries/redeliver', { body: { workflow_uuid: run.uuid } });
    await deliverer.deliver();
    expect(receiver.told.slice(1).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  it('that returns Retry-After is called after that time', async () => {
    receiver.behave = answering(429, { 'retry-after': '600' });
    const run = await create();
    await deliverer.deliver();
    expect(waitOf(await firstOf(run.uuid))).toBe(10);
    await deliverer.skip(9);
    expect(receiver.told).toHaveLength(1);
    receiver.behave = answering(200);
    await deliverer.skip(1.1);
    expect(receiver.told).toHaveLength(2);
    expect(await firstOf(run.uuid)).toMatchObject({ status: 'delivered', attempts: 2 });
  });

  it('that returns 10 MB is read only in part', async () => {
    let sent = 0;
    receiver.behave = (response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(64 * 1_024, 'x');
      const pump = () => {
        while (sent < 10 * 1_024 * 1_024 && !response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', pump);
        }
        response.end();
      };
      pump();
    };
    const run = await create();
    await deliverer.deliver();
    const first = await firstOf(run.uuid);
    expect(first).toMatchObject({ status: 'delivered', status_code: 200 });
    expect(first?.answer).toBe('x'.repeat(1_024));
    expect(sent).toBeLessThan(5 * 1_024 * 1_024);
  });

  it('that sends its body slowly counts by its status within 3 s', async () => {
    receiver.behave = (response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 20);
      response.once('close', () => {
        clearInterval(drip);
      });
    };
    const run = await create();
    const startedAt = performance.now();
    await deliverer.deliver();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(await firstOf(run.uuid)).toMatchObject({ status: 'delivered' });
  });

  it('that sends its headers slowly or never responds times out', async () => {
    const dripping = await listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      const drip = setInterval(() => socket.write('.'), 100);
      socket.once('close', () => {
        clearInterval(drip);
      });
    });
    const silent = await listen(() => undefined);
    const runs = [await create(dripping.url), await create(silent.url)];
    expect(TIMEOUT_MS).toBe(15_000);
    const startedAt = performance.now();
    await new Deliverer(api, { timeoutMs: 500 }).deliver();
    expect(performance.now() - startedAt).toBeGreaterThan(490);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    for (const { uuid } of runs) {
      expect(await firstOf(uuid)).toMatchObject({ status: 'retrying', fault: 'timeout' });
    }
    await Promise.all([dripping.stop(), silent.stop()]);
  });

  it('that does not speak HTTP or closes the connection is unreachable', async () => {
    const babbling = await listen((socket) => socket.end('\u0000\u0001 what?\r\n\r\n'));
    const breaking = await listen((socket) => socket.destroy());
    const runs = [await create(babbling.url), await create(breaking.url)];
    await deliverer.deliver();
    for (const { uuid } of runs) {
      expect(await firstOf(uuid)).toMatchObject({ status: 'retrying', fault: 'unreachable' });
    }
    await Promise.all([babbling.stop(), breaking.stop()]);
  });

  it('that stays down is retried for 24 h, then its webhooks are parked', async () => {
    receiver.behave = answering(503);
    const run = await create();
    await open(run);
    await deliverer.skip(24 * 60, 24 * 6);
    expect(new Set((await deliveriesOf(api, run.uuid)).map(({ status }) => status))).not.toContain(
      'parked',
    );
    await deliverer.skip(30, 2);
    const parked = await deliveriesOf(api, run.uuid);
    expect(parked.map(({ status, fault }) => [status, fault])).toEqual(
      Array.from({ length: 3 }, () => ['parked', 'bad_status']),
    );
    expect(parked[0]?.attempts).toBeGreaterThan(25);
    expect(parked[0]?.attempts).toBeLessThan(40);
    receiver.behave = answering(200);
    await api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, { body: { data: { accepted: true } } });
    await deliverer.skip(1);
    expect(receiver.told.slice(-2).map(({ sequence }) => sequence)).toEqual([4, 5]);
  }, 60_000);
});

/** A server on loopback with any response. */
async function listen(speak: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      speak(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
