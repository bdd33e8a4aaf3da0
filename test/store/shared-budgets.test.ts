/** Tests the budgets of codes across callers and processes. */
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { SendSpending } from '../../src/messaging/budgets';
import { SharedBudgets } from '../../src/messaging/shared-budgets';
import { prefixId } from '../../src/store/messaging/spending-ids';
import { createIndexes, createStores, type Stores } from '../../src/store/stores';
import { testKeys } from '../support/keys';
import { dropStore, openStore } from '../support/store';

let connection: Connection;
let stores: Stores;
beforeAll(async () => {
  connection = await openStore();
  stores = createStores(connection, testKeys);
  await createIndexes(stores);
});
afterAll(() => dropStore(connection));

const opened = jest.fn();
const budgets = () =>
  new SharedBudgets({ ...stores, hashKeys: testKeys.HASH_KEYS, onBreaker: opened });

async function newAccount(limits: Record<string, number> = {}): Promise<string> {
  const fields = { name: 'Banco', language: 'es', webhook_secret: 'whsec_' };
  const { uuid } = await stores.accounts.ensureAccount(fields);
  if (Object.keys(limits).length > 0) await stores.sendingRules.changeBudgets(uuid, limits);
  return uuid;
}

let count = 0;
const PHONE = '+525512345678';
function send(account_uuid: string, more: Partial<SendSpending> = {}): SendSpending {
  const key = `${randomUUID()}-1-${(count += 1)}`;
  return {
    ...{ key, account_uuid, mode: 'live', run_uuid: 'r', channel: 'sms', to: PHONE },
    ...{ number: 1, max_sends: 5, ...more },
  };
}
const reasonOf = async (result: Promise<{ kind: string; reason?: string }>) =>
  (await result).reason ?? 'taken';

describe('sends to one destination', () => {
  test('are counted once each across processes and concurrent requests', async () => {
    const account = await newAccount({ destination_sends_10_min: 4 });
    expect(await reasonOf(budgets().spendSend(send(account)))).toBe('taken');
    const requests = Array.from({ length: 12 }, () => send(account));
    const results = await Promise.all(requests.map((each) => reasonOf(budgets().spendSend(each))));
    expect(results.filter((each) => each === 'taken')).toHaveLength(3);
    const [first] = requests.filter((_each, index) => results[index] === 'taken');
    expect(await reasonOf(budgets().spendSend(first as SendSpending))).toBe('taken');
    const refused = await budgets().checkSendRequest({ ...send(account), ip: null });
    expect(refused).toMatchObject({ reason: 'destination', retry_after: expect.any(Number) });
  });

  test('do not use the budget of another destination or account', async () => {
    const account = await newAccount({ destination_sends_10_min: 1 });
    await budgets().spendSend(send(account));
    expect(await reasonOf(budgets().spendSend(send(account)))).toBe('destination');
    const email = { channel: 'email', to: 'ana@example.com' } as const;
    expect(await reasonOf(budgets().spendSend(send(account, email)))).toBe('taken');
    const other = await newAccount({ destination_sends_10_min: 1 });
    expect(await reasonOf(budgets().spendSend(send(other)))).toBe('taken');
  });

  test.each([' +525512345678', '+5215512345678', '+541123456789', 'Ana@example.com', 'nobody'])(
    'are refused for %j, which is not canonical',
    async (to) => {
      const account = await newAccount();
      for (const mode of ['live', 'test'] as const) {
        const spending = send(account, { mode, to });
        const attempt = { ...spending, attempts_left: 1, ip: null };
        await expect(budgets().spendSend(spending)).rejects.toThrow('canonical');
        await expect(budgets().spendCodeAttempt(attempt)).rejects.toThrow('canonical');
        await expect(budgets().checkSendRequest(attempt)).rejects.toThrow('canonical');
        await expect(budgets().refundCodeAttempt(attempt)).rejects.toThrow('canonical');
      }
    },
  );

  test('of a test run are unlimited unless the destination scripts a limit', async () => {
    const account = await newAccount({ destination_sends_10_min: 1 });
    const scripted = (to: string) => send(account, { mode: 'test', to });
    for (const to of [PHONE, PHONE, '+447400123456']) {
      expect(await reasonOf(budgets().spendSend(scripted(to)))).toBe('taken');
    }
    for (const to of ['+525512343001', 'budgeted@example.com', 'a+budgeted@example.com']) {
      expect(await reasonOf(budgets().spendSend(scripted(to)))).toBe('taken');
      expect(await reasonOf(budgets().spendSend(scripted(to)))).toBe('destination');
    }
  });
});

test('guesses are counted across runs, and correct ones are refunded', async () => {
  const account = await newAccount({ destination_guesses_10_min: 2 });
  const attempt = (key = randomUUID() as string) => ({
    ...{ key, account_uuid: account, mode: 'live' as const, run_uuid: randomUUID() },
    ...{ to: PHONE, attempts_left: 5, ip: null },
  });
  const right = attempt();
  expect(await reasonOf(budgets().spendCodeAttempt(right))).toBe('taken');
  await budgets().refundCodeAttempt(right);
  expect(await reasonOf(budgets().spendCodeAttempt(attempt()))).toBe('taken');
  expect(await reasonOf(budgets().spendCodeAttempt(attempt()))).toBe('taken');
  expect(await budgets().spendCodeAttempt(attempt())).toMatchObject({ reason: 'destination' });
});

test('sends and guesses are limited per IP address, and per network for IPv6', async () => {
  const account = await newAccount({ ip_sends_10_min: 2, ip_guesses_10_min: 1 });
  const resend = (ip: string, to = PHONE) =>
    reasonOf(
      budgets().checkSendRequest({ account_uuid: account, mode: 'live', channel: 'sms', to, ip }),
    );
  expect(await resend('2001:db8::1')).toBe('taken');
  expect(await resend('2001:db8:0:0:5::2', '+525512345679')).toBe('taken');
  expect(await resend('2001:db8::3')).toBe('ip');
  expect(await resend('2001:db8:0:1::1')).toBe('taken');
  const attempt = (ip: string, key: string) =>
    reasonOf(
      budgets().spendCodeAttempt({
        ...{ key, account_uuid: account, mode: 'live', run_uuid: 'r' },
        ...{ to: `+5255123456${key}`, attempts_left: 5, ip },
      }),
    );
  expect(await attempt('203.0.113.7', '01')).toBe('taken');
  expect(await attempt('203.0.113.7', '02')).toBe('ip');
});

test('a thousand sends to one prefix block that prefix for twelve hours, and no other', async () => {
  opened.mockClear();
  const account = await newAccount();
  const pumped = (index: number) => `+52551234${String(index).padStart(4, '0')}`;
  const results: string[] = [];
  for (let from = 0; from < 1_000; from += 50) {
    const batch = Array.from({ length: 50 }, (_, index) =>
      reasonOf(budgets().spendSend(send(account, { to: pumped(from + index) }))),
    );
    results.push(...(await Promise.all(batch)));
  }
  const went = results.filter((each) => each === 'taken').length;
  expect(went).toBeLessThan(90);
  expect(new Set(results)).toEqual(new Set(['taken', 'prefix']));
  expect(opened).toHaveBeenCalledWith(account);
  const result = await budgets().checkSendRequest({
    ...send(account, { to: pumped(0) }),
    ip: null,
  });
  expect(result).toMatchObject({ reason: 'prefix' });
  expect((result as { retry_after: number }).retry_after).toBeGreaterThan(11 * 3_600);
  expect(await stores.spending.countClosed(Date.now())).toBe(1);
  expect(await reasonOf(budgets().spendSend(send(account, { to: '+525587650001' })))).toBe('taken');
  const prefix = prefixId(testKeys.HASH_KEYS, account, pumped(1));
  if (prefix === null) throw new Error('a phone has a prefix');
  await stores.spending.open(prefix, Date.now());
  expect(
    await reasonOf(budgets().checkSendRequest({ ...send(account, { to: pumped(0) }), ip: null })),
  ).toBe('taken');
  expect(await stores.spending.countClosed(Date.now())).toBe(0);
}, 30_000);

test('a prefix with verified codes is not blocked', async () => {
  const account = await newAccount({ prefix_sends: 10, prefix_verified_percent: 50 });
  for (let index = 0; index < 15; index += 1) {
    const to = `+52551239${String(index).padStart(4, '0')}`;
    expect(await reasonOf(budgets().spendSend(send(account, { to })))).toBe('taken');
    await budgets().refundCodeAttempt(send(account, { to }));
  }
});

test('sends of an account are limited per day', async () => {
  const account = await newAccount({ account_sends_day: 2 });
  const to = (index: number) => ({ channel: 'email' as const, to: `p${index}@example.com` });
  for (const index of [1, 2]) {
    expect(await reasonOf(budgets().spendSend(send(account, to(index))))).toBe('taken');
  }
  expect(await reasonOf(budgets().spendSend(send(account, to(3))))).toBe('account');
});

test('stored budgets contain no readable phone or IP address', async () => {
  const account = await newAccount();
  await budgets().spendSend(send(account));
  await budgets().checkSendRequest({ ...send(account), ip: '203.0.113.9' });
  const stored = JSON.stringify(await connection.collection('spending').find().toArray());
  for (const clear of ['5512345', '203.0.113', 'example.com']) expect(stored).not.toContain(clear);
});

test('spending fails when the store is unavailable, for sends and guesses', async () => {
  const account = await newAccount();
  const gone = () => Promise.reject(new Error('away'));
  const away = new SharedBudgets({
    ...{ accounts: stores.accounts, hashKeys: testKeys.HASH_KEYS },
    spending: { spend: gone, count: gone } as never,
  });
  await expect(away.spendSend(send(account))).rejects.toThrow('away');
  const attempt = { ...send(account), attempts_left: 5, ip: null };
  await expect(away.spendCodeAttempt(attempt)).rejects.toThrow('away');
});
