/** Tests that no account and no receiver can use up the delivery slots of a worker. */
import { TestApi, type Client } from '../support/api';
import { Deliverer } from '../support/deliveries';
import { Receiver } from '../support/receiver';

/** Duration of an attempt that hangs, in milliseconds: longer than a test. */
const HANG_MS = 120_000;

let api: TestApi;
let deliverer: Deliverer;
let receivers: Receiver[];
beforeEach(async () => {
  api = await TestApi.start(60_000);
  deliverer = new Deliverer(api, { timeoutMs: HANG_MS });
  receivers = [];
});
afterEach(async () => {
  for (const receiver of receivers) await receiver.stop();
  await deliverer.dispatcher.stop();
  await api.stop();
});

async function startReceiver(hangs: boolean): Promise<Receiver> {
  const receiver = await Receiver.start();
  if (hangs) receiver.behave = () => undefined;
  receivers.push(receiver);
  return receiver;
}

const sendTest = async ({ url }: Receiver, { key }: Client) => {
  const body = { callback_url: url };
  const { status } = await api.call('/v1/webhook-deliveries/test', { body, bearer: key });
  expect(status).toBe(201);
};

const openAt = (all: readonly Receiver[]) => all.reduce((sum, { open }) => sum + open, 0);

/** Runs the dispatcher until a condition holds. @throws Error after 30 s, before any attempt that hangs ends. */
async function deliverUntil(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 30_000; !holds();) {
    if (performance.now() > end) throw new Error('nothing was delivered in time');
    await deliverer.dispatcher.runOnce();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test(
  "an account's hanging receivers hold a quarter of the slots; others are served",
  async () => {
    const hanging: Receiver[] = [];
    for (let count = 0; count < 30; count += 1) hanging.push(await startReceiver(true));
    for (const receiver of hanging) {
      for (let count = 0; count < 4; count += 1) await sendTest(receiver, api.client);
    }
    const prompt = await startReceiver(false);
    await deliverUntil(() => openAt(hanging) === 25);
    await sendTest(prompt, await api.addClient());
    await deliverUntil(() => prompt.told.length === 1);
    expect(openAt(hanging)).toBe(25);
  },
  HANG_MS,
);

test(
  'a receiver that many accounts call holds a fifth of the slots',
  async () => {
    const shared = await startReceiver(true);
    const prompt = await startReceiver(false);
    const clients: Client[] = [];
    for (let count = 0; count < 7; count += 1) clients.push(await api.addClient());
    for (const client of clients) {
      for (let count = 0; count < 4; count += 1) await sendTest(shared, client);
    }
    await deliverUntil(() => shared.open === 20);
    for (const client of clients) await sendTest(prompt, client);
    await deliverUntil(() => prompt.told.length === clients.length);
    expect(shared.mostOpen).toBe(20);
  },
  HANG_MS,
);

test(
  'a backlog of one account hides nothing of another',
  async () => {
    const hanging = await startReceiver(true);
    await sendTest(hanging, api.client);
    const queues = api.connection.collection('webhook_queues');
    const template = await queues.findOne({});
    const copies = Array.from({ length: 400 }, (_, index) => ({
      ...{ ...template, _id: `waiting-${index}`, due_at: new Date(0) },
      endpoint: `${api.client.account_uuid}/live/http://127.0.0.1:${index}`,
    }));
    await queues.insertMany(copies as never[]);
    const prompt = await startReceiver(false);
    await sendTest(prompt, await api.addClient());
    await deliverUntil(() => prompt.told.length === 1);
  },
  HANG_MS,
);
