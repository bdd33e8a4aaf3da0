/** Tests a send by any connector: claimed once, looked up after a crash, attempted three times. */
import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Connection } from 'mongoose';
import { RunReader } from '../../src/activities/run-reader';
import { sendCode } from '../../src/steps/shared/one-time-code/activities/send-code';
import { runLimits, type Budgets } from '../../src/messaging/budgets';
import { ChannelError, type Connector } from '../../src/providers/connector';
import type { SendResult } from '../../src/domain/otp/messages';
import type { Json, NumberedEvent } from '../../src/domain/run/events';
import { fold } from '../../src/domain/run/view';
import type { SendOrder } from '../../src/steps/shared/one-time-code/calls';
import { sealCreation } from '../../src/store/runs/sealed-content';
import { createStores, type Stores } from '../../src/store/stores';
import { testKeys } from '../support/keys';
import { runCreated } from '../support/new-run';
import { dropStore, openStore } from '../support/store';

const CODE = {
  ...{ length: 6, expires_in: 600, max_wrong: 5, max_sends: 3 },
  ...{ resend_after: 30, receipt_timeout: 60 },
};
const sms = { channel: 'sms', connector_uuid: null, backup: null } as const;
const nip = { verifications: [sms], code: CODE } as unknown as Json;
const accepted = { provider_id: 'SM1', cost: null };

let connection: Connection;
let stores: Stores;
beforeAll(async () => {
  connection = await openStore();
  stores = createStores(connection, testKeys);
});
afterAll(() => dropStore(connection));

const LINE = '+15005550006';

type Provider = Pick<Connector, 'send' | 'find'>;

/** A run with a fixed destination, and a function that sends its messages by a provider. */
async function start(
  provider: Provider,
  budgets: Budgets = runLimits,
  providerMs?: number,
  more: NumberedEvent[] = [],
) {
  const created = runCreated({ steps: ['nip'], stepSettings: { nip, asks_for: null } });
  const { run_uuid, account_uuid, steps } = created.data;
  const key = await stores.runKeys.create({ uuid: run_uuid, account_uuid });
  const creation = {
    metadata: null,
    setup: {},
    external_reference_id: null,
    phone: '+573100000000',
  };
  const sealed = sealCreation(key, run_uuid, creation).toString('base64');
  const events = [created, ...more];
  const view = fold(null, events);
  const items = events.map((event) => ({ event, entries: [] }));
  await stores.runs.project({ after: 0, items, view, task_time: 1, sealed });
  const reader = new RunReader(stores.runs, stores.runKeys);
  const step_uuid = steps[0]?.uuid ?? '';
  const nobody = { ip: null, user_agent: null };
  const payload = { phone: '+573100000000', email: null };
  const content = { data: null, payload, coordinates: null, client: nobody, at: 1 };
  await reader.cacheRun(run_uuid, { id: 'd', step_uuid }, content);
  const connector: Connector = {
    ...{ kind: 'sandbox', uuid: null, channels: ['sms'], gives_receipts: true, ...provider },
    check: () => Promise.resolve(),
    lineOf: () => LINE,
  };
  const dependencies = {
    runs: stores.runs,
    runReader: reader,
    accounts: stores.accounts,
    sends: stores.sends,
    optOuts: stores.optOuts,
    pageHost: 'verify.example',
    codeKeys: testKeys.CODE_KEYS,
    budgets,
    connectorFor: () => Promise.resolve(connector),
  };
  const activity = sendCode(dependencies, providerMs);
  const order: SendOrder = {
    ...{ run_uuid, account_uuid, step_uuid, mode: 'test', language: 'es', destinations: 'd' },
    ...{ order: 1, send: 1, issue: 1, key_id: testKeys.CODE_KEYS.current.id, length: 6 },
    ...{ channel: 'sms', connector_uuid: null, expires_at: Date.now() + 600_000 },
  };
  return (more: Partial<SendOrder> = {}): Promise<SendResult> =>
    new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') }).run(activity, {
      ...order,
      ...more,
    });
}

const none = () => Promise.resolve(null);
const failing = (...args: ConstructorParameters<typeof ChannelError>) =>
  jest.fn(() => Promise.reject(new ChannelError(...args)));

describe('a send', () => {
  test('for a finished run is not made', async () => {
    const send = jest.fn(() => Promise.resolve(accepted));
    const cancelled: NumberedEvent = {
      ...{ number: 2, at: Date.now(), type: 'run_cancelled', actor: 'staff', step_uuid: null },
      data: { by: 'staff', reason: 'wrong_person', verified: true },
    };
    const run = await start({ send, find: none }, runLimits, undefined, [cancelled]);
    expect(await run()).toMatchObject({ status: 'failed', error_code: 'run_over' });
    expect(send).not.toHaveBeenCalled();
  });

  test('is made once when it is requested repeatedly', async () => {
    const send = jest.fn(() => Promise.resolve(accepted));
    const run = await start({ send, find: none });
    const first = await run();
    expect(first).toMatchObject({ status: 'sent', provider_id: 'SM1', gives_receipts: true });
    expect(await run()).toEqual(first);
    expect(send).toHaveBeenCalledTimes(1);
  });

  test('is looked up after its worker died, and made when the provider does not know it', async () => {
    const dies = () => Promise.reject(new Error('killed'));
    const find = jest.fn<ReturnType<Provider['find']>, []>(none);
    const send = jest.fn<ReturnType<Provider['send']>, []>(dies);
    const run = await start({ send, find });
    await run().catch(() => undefined);
    expect(find).not.toHaveBeenCalled();
    send.mockImplementation(() => Promise.resolve(accepted));
    expect(await run()).toMatchObject({ status: 'sent' });
    expect([find.mock.calls.length, send.mock.calls.length]).toEqual([1, 2]);
  });

  test('that the provider accepted before its worker died is not repeated', async () => {
    const send = jest.fn(() => Promise.reject(new Error('killed')));
    const run = await start({ send, find: () => Promise.resolve(accepted) });
    await run().catch(() => undefined);
    expect(await run()).toMatchObject({ status: 'sent', provider_id: 'SM1' });
    expect(send).toHaveBeenCalledTimes(1);
  });

  test('is unknown and not repeated when its provider does not support find()', async () => {
    const send = jest.fn(() => Promise.reject(new Error('killed')));
    const run = await start({ send, find: () => Promise.resolve('unsupported' as const) });
    await run().catch(() => undefined);
    expect(await run()).toMatchObject({ status: 'unknown', error_code: 'no_answer' });
    expect(send).toHaveBeenCalledTimes(1);
  });

  test('is attempted three times while the provider is unavailable, then fails', async () => {
    const send = failing('recoverable', 'http_503');
    const find = jest.fn(none);
    const run = await start({ send, find });
    for (const _try of [1, 2]) {
      await expect(run()).rejects.toMatchObject({ type: 'channel_unavailable' });
    }
    const failed = { status: 'failed', refusal: 'unavailable', error_code: 'provider_unavailable' };
    expect(await run()).toMatchObject(failed);
    expect(await run()).toMatchObject(failed);
    expect([send.mock.calls.length, find.mock.calls.length]).toEqual([3, 0]);
  });

  test('whose connection is lost is looked up before each retry and is unknown after the last attempt', async () => {
    const send = failing('recoverable', 'socket', false);
    const find = jest.fn(none);
    const run = await start({ send, find });
    for (const _try of [1, 2]) await run().catch(() => undefined);
    expect(await run()).toMatchObject({ status: 'unknown' });
    expect([send.mock.calls.length, find.mock.calls.length]).toEqual([3, 2]);
  });

  test.each(['refused', 'permanent', 'misconfigured'] as const)(
    'that is %s fails without a retry',
    async (kind) => {
      const send = failing(kind, 'e21211');
      const run = await start({ send, find: none });
      const answer = { status: 'failed', refusal: kind, error_code: 'e21211' };
      expect(await run()).toMatchObject(answer);
      expect(send).toHaveBeenCalledTimes(1);
    },
  );

  test('to an opted-out person is not made', async () => {
    const send = jest.fn(() => Promise.resolve(accepted));
    const run = await start({ send, find: none });
    expect(await run({ mode: 'live' })).toMatchObject({ status: 'sent' });
    const [account, phone] = ['00000000-0000-4000-8000-000000000001', '+573100000000'];
    await stores.optOuts.add(account, phone, ['+15005550007']);
    expect(await run({ mode: 'live', send: 2 })).toMatchObject({ status: 'sent' });
    await stores.optOuts.add(account, phone, [LINE]);
    const answer = { refusal: 'permanent', error_code: 'opted_out' };
    expect(await run({ mode: 'live', send: 3 })).toMatchObject(answer);
    expect(send).toHaveBeenCalledTimes(2);
    await stores.optOuts.remove(account, phone, []);
  });

  test('above the limits of its run is refused before the provider is called', async () => {
    const send = jest.fn(() => Promise.resolve(accepted));
    const run = await start({ send, find: none });
    expect(await run({ send: 4 })).toMatchObject({
      refusal: 'refused',
      error_code: 'budget_exhausted',
    });
    expect(send).not.toHaveBeenCalled();
  });

  test('is not made by a worker that was frozen after its claim', async () => {
    const send = jest.fn(() => Promise.resolve(accepted));
    let frozenFor = 0;
    const clock = performance.now.bind(performance);
    const watch = jest.spyOn(performance, 'now').mockImplementation(() => clock() + frozenFor);
    const freezing: Budgets = {
      ...runLimits,
      spendSend: (spending) => {
        frozenFor = 3_000;
        return runLimits.spendSend(spending);
      },
    };
    const run = await start({ send, find: none }, freezing);
    await expect(run()).rejects.toMatchObject({ type: 'claim_lost' });
    watch.mockRestore();
    expect(send).not.toHaveBeenCalled();
    expect(await run()).toMatchObject({ status: 'sent' });
  });

  test('whose provider does not respond times out and is looked up before the retry', async () => {
    const send = jest.fn(() => new Promise<typeof accepted>(() => undefined));
    const find = jest.fn(() => Promise.resolve(accepted));
    const run = await start({ send, find }, runLimits, 50);
    await expect(run()).rejects.toMatchObject({ type: 'channel_unavailable', message: 'timeout' });
    expect(await run()).toMatchObject({ status: 'sent', provider_id: 'SM1' });
    expect([send.mock.calls.length, find.mock.calls.length]).toEqual([1, 1]);
  });

  test('is not made when its budget cannot be read', async () => {
    const send = jest.fn(() => Promise.resolve(accepted));
    const failingSpend = () => Promise.reject(new Error(`away ${randomUUID()}`));
    const run = await start({ send, find: none }, { ...runLimits, spendSend: failingSpend });
    await expect(run()).rejects.toMatchObject({ type: 'activity_failed', message: 'Error' });
    expect(send).not.toHaveBeenCalled();
  });
});
