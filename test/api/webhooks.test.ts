import { randomUUID } from 'node:crypto';
import { stepUuid, TestApi, type Answered } from '../support/api';
import { Deliverer } from '../support/deliveries';
import { answering, Receiver, verify } from '../support/receiver';

interface DeliveryJson {
  uuid: string;
  workflow_uuid: string | null;
  sequence: number;
  event: string;
  status: string;
  attempts: number;
  fault: string | null;
  answer: string | null;
  body: string | null;
}
interface PageJson {
  data: DeliveryJson[];
  next_page_url: string | null;
}

describe('webhooks over the API', () => {
  let api: TestApi;
  let receiver: Receiver;
  let deliverer: Deliverer;
  beforeAll(async () => {
    api = await TestApi.start();
    receiver = await Receiver.start();
    deliverer = new Deliverer(api);
  });
  afterAll(async () => {
    await receiver.stop();
    await api.stop();
  });
  beforeEach(() => (receiver.behave = answering(200)));

  const PATH = '/v1/webhook-deliveries';
  const create = (bearer = api.client.key) =>
    api.createRun({ callback_url: receiver.url }, { bearer });
  const accept = (run: Awaited<ReturnType<typeof create>>) =>
    api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, { body: { data: { accepted: true } } });
  const list = async (query: string, bearer = api.client.key): Promise<PageJson> =>
    (await api.call<PageJson>(`${PATH}?${query}`, { bearer })).body.result;
  const codeOf = ({ status, body }: Answered<unknown>) => [status, body.error.code];

  it.each([
    ...['http://backend.example/hook', 'https://10.0.0.1/', 'https://2852039166/'],
    ...['https://[::ffff:169.254.169.254]/', 'https://user:pass@backend.example/', 'no address'],
  ])('refuse %s as the callback_url of a workflow and of a test event', async (callback_url) => {
    const body = { steps: ['personal_address'], callback_url };
    for (const [path, sent] of [
      ['/v1/workflows', body],
      [`${PATH}/test`, { callback_url }],
    ] as const) {
      const answer = await api.call(path, { body: sent });
      expect(codeOf(answer)).toEqual([400, 'validation_failed']);
      expect(answer.body.error.details).toEqual([
        { path: 'callback_url', message: expect.stringMatching(/^must/) as string },
      ]);
      expect(answer.text).not.toContain('pass@');
    }
  });

  it('are not created or stored for a workflow without a callback_url', async () => {
    for (const body of [{}, { callback_url: null }]) {
      const run = await api.createRun(body);
      await accept(run);
      const stored = await api.deps.runs.findWithEvents(run.uuid);
      expect(Object.keys(stored ?? {}).filter((key) => /webhook|callback/.test(key))).toEqual([]);
      await deliverer.deliver();
      expect((await list(`workflow_uuid=${run.uuid}`)).data).toEqual([]);
    }
  });

  it('are listed newest first, by workflow, status and period, with the filter in page links', async () => {
    const before = new Date(Date.now() + deliverer.ahead - 1).toISOString();
    const run = await create();
    await accept(run);
    receiver.behave = (response, { sequence }) => {
      response.writeHead(sequence < 3 ? 200 : 500).end();
    };
    await deliverer.deliver();
    const of = `workflow_uuid=${run.uuid}`;
    const sequences = async (query: string) =>
      (await list(query)).data.map(({ sequence }) => sequence);
    expect(await sequences(of)).toEqual([5, 4, 3, 2, 1]);
    expect(await sequences(`${of}&status=delivered`)).toEqual([2, 1]);
    expect(await sequences(`${of}&status=retrying`)).toEqual([3]);
    expect(await sequences(`${of}&status=pending`)).toEqual([5, 4]);
    expect(await sequences(`created_after=${before}`)).toEqual([5, 4, 3, 2, 1]);
    expect(await sequences(`${of}&created_before=${before}`)).toEqual([]);
    const page = await list(`${of}&per_page=2`);
    const next = new URL(page.next_page_url ?? '');
    expect(await sequences(next.search.slice(1))).toEqual([3, 2]);
    for (const bad of ['status=lost', 'per_page=0', 'workflow_uuid=1', 'created_after=now']) {
      expect(codeOf(await api.call(`${PATH}?${bad}`))).toEqual([400, 'validation_failed']);
    }
  });

  it('return the sent body and the start of the response, which is stored encrypted', async () => {
    receiver.behave = answering(400, {}, 'CURP PEGU990311HDFRMZA4 is taken');
    const run = await create();
    await deliverer.deliver();
    const [first] = (await list(`workflow_uuid=${run.uuid}`)).data;
    const { result } = (await api.call<DeliveryJson>(`${PATH}/${first?.uuid ?? ''}`)).body;
    expect(result).toMatchObject({ ...first, answer: 'CURP PEGU990311HDFRMZA4 is taken' });
    expect(result.body).toBe(receiver.of(run.uuid)[0]?.text);
    const stored = JSON.stringify(await api.documents('webhook_deliveries'));
    expect(stored).not.toContain('PEGU');
    expect(stored).not.toContain(Buffer.from('PEGU99').toString('base64').slice(0, 8));
  });

  it('can be redelivered individually, for a workflow and for a period, with any status', async () => {
    receiver.behave = answering(410);
    const [one, two] = [await create(), await create()];
    await accept(one);
    await deliverer.deliver();
    receiver.behave = answering(200);
    const parked = (await list(`workflow_uuid=${one.uuid}&status=parked`)).data;
    expect(parked).toHaveLength(5);
    const first = parked.at(-1)?.uuid ?? '';
    const path = `${PATH}/${first}/redeliver`;
    const again = await api.call<DeliveryJson>(path, { method: 'POST', idempotencyKey: 'once' });
    expect(again.body.result).toMatchObject({ uuid: first, status: 'pending' });
    await deliverer.deliver();
    const ids = () => receiver.of(one.uuid).map(({ id }) => id);
    expect(ids()).toEqual([first, first]);
    await api.call(path, { method: 'POST', idempotencyKey: 'once' });
    await deliverer.deliver();
    expect(ids()).toEqual([first, first]);
    await api.call(path, { method: 'POST' });
    await deliverer.deliver();
    expect(ids()).toEqual([first, first, first]);

    const many = (body: object) =>
      api.call<{ redelivered: number; more: boolean }>(`${PATH}/redeliver`, { body });
    expect((await many({ workflow_uuid: one.uuid })).body.result).toEqual({
      ...{ redelivered: 4, more: false },
    });
    const period = {
      created_after: new Date(Date.now() - 60_000).toISOString(),
      created_before: new Date(Date.now() + 60_000).toISOString(),
    };
    expect((await many(period)).body.result.redelivered).toBeGreaterThanOrEqual(1);
    await deliverer.deliver();
    expect(receiver.of(one.uuid).map(({ sequence }) => sequence)).toEqual([1, 1, 1, 2, 3, 4, 5]);
    expect(receiver.of(two.uuid).map(({ sequence }) => sequence)).toEqual([1, 1]);
    expect(codeOf(await many({}))).toEqual([400, 'validation_failed']);
    expect(codeOf(await many({ status: 'parked' }))).toEqual([400, 'validation_failed']);
  });

  it('can be tested by a signed event that is sent once', async () => {
    const send = (key: string) =>
      api.call<DeliveryJson>(`${PATH}/test`, {
        body: { callback_url: receiver.url },
        idempotencyKey: key,
      });
    const { status, body } = await send('one');
    expect([status, body.result.status, body.result.event]).toEqual([201, 'pending', 'test']);
    expect((await send('one')).body.result.uuid).toBe(body.result.uuid);
    await deliverer.deliver();
    const [received, ...others] = receiver.told.filter(({ id }) => id === body.result.uuid);
    expect(others).toEqual([]);
    verify('whsec_dGVzdA==', received!);
    expect(received?.body).toMatchObject({ event: 'test', payload: { mode: 'live' } });
    receiver.behave = answering(500, {}, 'oops');
    const { uuid } = (await send('two')).body.result;
    await deliverer.skip(60, 4);
    const read = (await api.call<DeliveryJson>(`${PATH}/${uuid}`)).body.result;
    expect(read).toMatchObject({ status: 'parked', attempts: 1, answer: 'oops' });
    expect(read.body).toBe(receiver.told.find(({ id }) => id === uuid)?.text);
  });

  it('of test workflows at .invalid are stored for a listener and not sent', async () => {
    const { key } = await api.addClient({ account_uuid: api.client.account_uuid, mode: 'test' });
    const body = { callback_url: 'https://listen.invalid/' };
    const run = await api.createRun(body, { bearer: key });
    await deliverer.deliver();
    const [parkedDelivery] = (await list(`workflow_uuid=${run.uuid}`, key)).data;
    expect(parkedDelivery).toMatchObject({ status: 'parked', fault: 'not_called', attempts: 0 });
    const again = await api.call(`${PATH}/${parkedDelivery?.uuid ?? ''}/redeliver`, {
      ...{ method: 'POST', bearer: key },
    });
    expect(codeOf(again)).toEqual([409, 'action_not_allowed']);
  });

  it('are accessible only in their account and mode', async () => {
    const run = await create();
    await deliverer.deliver();
    const [{ uuid } = { uuid: '' }] = (await list(`workflow_uuid=${run.uuid}`)).data;
    const { account_uuid } = api.client;
    for (const other of [
      await api.addClient(),
      await api.addClient({ account_uuid, mode: 'test' }),
    ]) {
      const bearer = other.key;
      expect(codeOf(await api.call(`${PATH}/${uuid}`, { bearer }))).toEqual([404, 'not_found']);
      const resend = { bearer, method: 'POST' };
      expect(codeOf(await api.call(`${PATH}/${uuid}/redeliver`, resend))).toEqual([
        404,
        'not_found',
      ]);
      expect((await list('per_page=100', bearer)).data.map((each) => each.uuid)).not.toContain(
        uuid,
      );
      const many = { body: { workflow_uuid: run.uuid, status: 'delivered' }, bearer };
      const { result } = (await api.call<{ redelivered: number }>(`${PATH}/redeliver`, many)).body;
      expect(result.redelivered).toBe(0);
    }
  });
});

describe("an account's secret", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await TestApi.start();
  });
  afterAll(() => api.stop());

  const rotate = (idempotencyKey: string = randomUUID()) =>
    api.call<{ webhook_secret: string; old_signs_until: string }>('/v1/webhook-secret/rotate', {
      ...{ method: 'POST', idempotencyKey },
    });
  const secrets = () => api.deps.webhookSecrets.find(api.client.account_uuid);

  it('is returned once when it is rotated, and not to a repeated request', async () => {
    const [before] = await secrets();
    const { status, body } = await rotate('first');
    expect(status).toBe(200);
    const { webhook_secret: fresh, old_signs_until } = body.result;
    expect(fresh).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Date.parse(old_signs_until) - Date.now()).toBeGreaterThan(86_390_000);
    expect(await secrets()).toEqual([fresh, before]);
    const again = await rotate('first');
    expect([again.status, again.body.error.code]).toEqual([409, 'already_created']);
    expect(await secrets()).toEqual([fresh, before]);
    const documents = JSON.stringify([
      ...(await api.documents('accounts')),
      ...(await api.documents('idempotency')),
    ]);
    expect(documents).not.toContain('whsec_');
  });

  it('is returned to the repeated request when the first response was lost', async () => {
    const { rotate: original } = api.deps.webhookSecrets;
    jest.spyOn(api.deps.webhookSecrets, 'rotate').mockImplementationOnce(async (...args) => {
      await original.apply(api.deps.webhookSecrets, args);
      throw Object.assign(new Error('lost'), { name: 'MongoNetworkError' });
    });
    expect((await rotate('lost')).status).toBe(503);
    const [newest] = await secrets();
    expect((await rotate('lost')).body.result.webhook_secret).toBe(newest);
  });

  it('can be rotated at most four times a day', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => rotate()));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.error.code).toBe('conflict');
    expect(await secrets()).toHaveLength(5);
  });
});
