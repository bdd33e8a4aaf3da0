import type { Connection } from 'mongoose';
import { sandboxConnector, type SandboxReceipt } from '../../src/providers/sandbox/sandbox';
import { createStores, type Stores } from '../../src/store/stores';
import { testKeys } from '../support/keys';
import { dropStore, openStore } from '../support/store';
import { connectorConforms, messageTo } from './conformance';

let connection: Connection;
let stores: Stores;
beforeAll(async () => {
  connection = await openStore();
  stores = createStores(connection, testKeys);
});
afterAll(() => dropStore(connection));

const phone = {
  channel: 'sms',
  to: '+573100000000',
  failing: { refused: '+573100000001' },
} as const;
const email = {
  channel: 'email',
  to: 'ana@example.com',
  failing: { refused: 'refused@example.com' },
} as const;

function subject(givesReceipts: boolean, destinations: typeof phone | typeof email) {
  const told: SandboxReceipt[] = [];
  const reportLater = (receipt: SandboxReceipt) => {
    told.push(receipt);
    return Promise.resolve();
  };
  const connector = sandboxConnector(stores.sandbox, reportLater, {
    gives_receipts: givesReceipts,
  });
  return { connector, canFind: true, destinations, receipts: () => told };
}

describe.each([
  ['by phone, with receipts', true, phone],
  ['by phone, without receipts', false, phone],
  ['by email', true, email],
] as const)('the sandbox %s', (_what, givesReceipts, destinations) => {
  connectorConforms(() => subject(givesReceipts, destinations));
});

describe('the sandbox', () => {
  test('keeps duplicates: two calls are two messages', async () => {
    const { connector } = subject(true, phone);
    const message = messageTo('sms', '+573100000000');
    await connector.send(message);
    await connector.send(message);
    const { account_uuid } = message;
    const kept = await stores.sandbox.list(account_uuid, {}, { skip: 0, limit: 10 });
    expect(kept).toHaveLength(2);
  });

  test('shows what test runs sent, and nothing of live ones', async () => {
    const { connector } = subject(true, phone);
    const message = messageTo('sms', '+573100000000');
    await connector.send({ ...message, mode: 'live' });
    const { account_uuid } = message;
    expect(await stores.sandbox.list(account_uuid, {}, { skip: 0, limit: 10 })).toEqual([]);
  });

  test('has the receipt on its way when it is asked for a message whose maker died', async () => {
    const message = messageTo('sms', '+573100000000');
    const dying = () => Promise.reject(new Error('killed'));
    await sandboxConnector(stores.sandbox, dying)
      .send(message)
      .catch(() => undefined);
    const { connector, receipts } = subject(true, phone);
    expect(await connector.find(message, new Date())).not.toBeNull();
    expect(receipts().map(({ key, status }) => [key, status])).toEqual([
      [message.key, 'delivered'],
    ]);
  });

  test('refuses a flaky destination twice a run, then takes it', async () => {
    const { connector } = subject(true, phone);
    const message = messageTo('sms', '+573100000004');
    const outcomes = [];
    for (const key of ['a', 'b', 'c']) {
      const sent = connector.send({ ...message, key: `${message.key}-${key}` });
      outcomes.push(
        await sent.then(
          () => 'taken',
          (error: unknown) => (error as { kind: string }).kind,
        ),
      );
    }
    expect(outcomes).toEqual(['refused', 'refused', 'taken']);
  });
});
