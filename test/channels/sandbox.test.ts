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
  const received: SandboxReceipt[] = [];
  const reportLater = (receipt: SandboxReceipt) => {
    received.push(receipt);
    return Promise.resolve();
  };
  const connector = sandboxConnector(stores.sandbox, reportLater, {
    gives_receipts: givesReceipts,
  });
  return { connector, canFind: true, destinations, receipts: () => received };
}

describe.each([
  ['by phone, with receipts', true, phone],
  ['by phone, without receipts', false, phone],
  ['by email', true, email],
] as const)('the sandbox %s', (_what, givesReceipts, destinations) => {
  connectorConforms(() => subject(givesReceipts, destinations));
});

describe('the sandbox', () => {
  test('stores two messages for two sends with one key', async () => {
    const { connector } = subject(true, phone);
    const message = messageTo('sms', '+573100000000');
    await connector.send(message);
    await connector.send(message);
    const { account_uuid } = message;
    const listed = await stores.sandbox.list(account_uuid, {}, { skip: 0, limit: 10 });
    expect(listed).toHaveLength(2);
  });

  test('lists messages of test runs only', async () => {
    const { connector } = subject(true, phone);
    const message = messageTo('sms', '+573100000000');
    await connector.send({ ...message, mode: 'live' });
    const { account_uuid } = message;
    expect(await stores.sandbox.list(account_uuid, {}, { skip: 0, limit: 10 })).toEqual([]);
  });

  test('schedules the receipt when find() is called after the sender died', async () => {
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

  test('refuses a flaky destination twice per run, then accepts it', async () => {
    const { connector } = subject(true, phone);
    const message = messageTo('sms', '+573100000004');
    const outcomes = [];
    for (const key of ['a', 'b', 'c']) {
      const sent = connector.send({ ...message, key: `${message.key}-${key}` });
      outcomes.push(
        await sent.then(
          () => 'accepted',
          (error: unknown) => (error as { kind: string }).kind,
        ),
      );
    }
    expect(outcomes).toEqual(['refused', 'refused', 'accepted']);
  });
});
