/** Tests pauses, budgets, usage and monitoring of sending. */
import { randomUUID } from 'node:crypto';
import { createMaintenance } from '../../src/workers/maintenance';
import { SharedBudgets } from '../../src/messaging/shared-budgets';
import { createConnectors } from '../../src/workers/connectors';
import type { SendOrder } from '../../src/steps/shared/one-time-code/calls';
import { testKeys } from '../support/keys';
import { stepUuid, TestApi } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
  api.deps.budgets = new SharedBudgets({ ...api.deps, hashKeys: testKeys.HASH_KEYS });
});
afterAll(() => api.stop());

const post = async (path: string, body: object = {}) =>
  (await api.call<{ paused_channels: string[] }>(path, { body })).body.result.paused_channels;

describe('a pause', () => {
  test('of all sending or of a channel lasts until it is resumed', async () => {
    expect(await post('/v1/sending/pause', { channel: 'sms' })).toEqual(['sms']);
    expect(await post('/v1/sending/pause')).toEqual(['sms', 'whatsapp', 'email']);
    expect(await post('/v1/sending/resume', { channel: 'email' })).toEqual(['sms', 'whatsapp']);
    expect(await post('/v1/sending/resume')).toEqual([]);
  });

  test('of sending or of a connector fails every send immediately, in test mode too', async () => {
    const receipts = { reportLater: jest.fn() };
    const config = { ...api.deps.config, SANDBOX_ENABLED: true };
    const urls = { TWILIO_API_BASE_URL: undefined, SENDGRID_API_BASE_URL: undefined };
    const connectorFor = createConnectors(api.deps, receipts, { ...config, ...urls });
    const body = { name: 'S', kind: 'sandbox' };
    const { uuid } = (await api.call('/v1/connectors', { body })).body.result;
    const { account_uuid } = api.client;
    const order = { account_uuid, connector_uuid: uuid, mode: 'test', channel: 'sms' } as SendOrder;
    const refused = (more: object = {}) =>
      connectorFor({ ...order, ...more }).then(
        () => null,
        (error: unknown) => error,
      );
    expect(await refused()).toBeNull();
    await api.call(`/v1/connectors/${uuid}/pause`, { body: {} });
    const kind = 'misconfigured';
    expect(await refused()).toMatchObject({ kind, code: 'connector_paused' });
    await api.call(`/v1/connectors/${uuid}/resume`, { body: {} });
    await post('/v1/sending/pause', { channel: 'sms' });
    expect(await refused()).toMatchObject({ kind, code: 'sending_paused' });
    expect(await refused({ channel: 'email' })).toBeNull();
    await post('/v1/sending/resume');
    const inLive = (connector_uuid: string | null, channel = 'sms') =>
      refused({ mode: 'live', connector_uuid, channel });
    expect(await inLive(randomUUID())).toMatchObject({ kind, code: 'connector_gone' });
    expect(await inLive(uuid)).toMatchObject({ kind, code: 'sandbox_connector' });
    expect(await inLive(null, 'whatsapp')).toMatchObject({ kind, code: 'no_line' });
    expect(await refused({ connector_uuid: null, channel: 'whatsapp' })).toBeNull();
  });
});

describe('a budget', () => {
  const limitTo = async (budgets: object) => {
    const body = { method: 'PUT', body: { budgets } };
    expect((await api.call('/v1/account', body)).status).toBe(200);
  };
  /** A run that expects a code sent to a phone. */
  async function awaitingCode(phone: string) {
    const nip = { name: 'N', first_verification: { channel: 'whatsapp' } };
    const { uuid: nip_uuid } = (await api.call('/v1/nips', { body: nip })).body.result;
    const setup = { verify_phone_number: { nip_uuid } };
    const run = await api.createRun({ steps: ['verify_phone_number'], setup });
    const step = stepUuid(run, 0);
    const data = { phone };
    const given = await api.call(`/v1/steps/${step}/submit`, { body: { data } });
    return { run, step, given };
  }

  test('is set individually, and null restores its default', async () => {
    await limitTo({ destination_sends_day: 3, ip_sends_10_min: 5 });
    await limitTo({ destination_sends_day: 4, ip_sends_10_min: null });
    const read = await api.call<{ budgets: Record<string, number>; countries: string[] }>(
      '/v1/account',
    );
    expect(read.body.result.budgets).toMatchObject({
      destination_sends_day: 4,
      ip_sends_10_min: 60,
    });
    expect(read.body.result.countries).toContain('MX');
    const unknown = { method: 'PUT', body: { budgets: { sends: 1 }, countries: ['XX'] } };
    const paths = (await api.call('/v1/account', unknown)).body.error.details.map(
      ({ path }) => path,
    );
    expect(paths.sort()).toEqual(['budgets.sends', 'countries.0']);
  });

  test('that is exhausted returns 429 with Retry-After for the same destination', async () => {
    await limitTo({ destination_sends_10_min: 1, destination_sends_day: null });
    const phone = '+525511110001';
    const { account_uuid } = api.client;
    const spending = {
      account_uuid,
      mode: 'live',
      run_uuid: 'r',
      channel: 'sms',
      to: phone,
    } as const;
    await api.deps.budgets.spendSend({ ...spending, key: 'k-1-1', number: 1, max_sends: 5 });
    const { given } = await awaitingCode(phone);
    expect([given.status, given.body.error.code]).toEqual([429, 'rate_limited']);
    expect(Number(given.headers.get('retry-after'))).toBeGreaterThan(500);
    await limitTo({ destination_sends_10_min: null });
    expect((await awaitingCode(phone)).given.status).toBe(200);
  });

  test('refuses a phone of a country that the account does not serve', async () => {
    const { given } = await awaitingCode('+447400123456');
    expect([given.status, given.body.error.code]).toEqual([422, 'submission_refused']);
    expect(given.body.error.details).toEqual([expect.objectContaining({ path: 'data.phone' })]);
    await api.call('/v1/account', { method: 'PUT', body: { countries: ['GB'] } });
    expect((await awaitingCode('+447400123456')).given.status).toBe(200);
    await api.call('/v1/account', { method: 'PUT', body: { countries: null } });
  });
});

describe('usage', () => {
  test('counts runs and messages by month, connector and channel in the mode of the key', async () => {
    const { key: bearer, account_uuid } = await api.addClient();
    const connector_uuid = randomUUID();
    const { sends } = api.deps;
    const place = { run_uuid: 'r', account_uuid, channel: 'sms', connector_uuid } as const;
    const answer = { order: 1, send: 1, refusal: null, error_code: null, gives_receipts: true };
    for (const [key, status] of [
      ['u-1', 'sent'],
      ['u-2', 'sent'],
      ['u-3', 'failed'],
    ] as const) {
      await sends.claim(key, { ...place, mode: 'live' });
      await sends.answer(place, key, { ...answer, status, provider_id: 'SM' });
    }
    await sends.claim('u-4', { ...place, mode: 'test' });
    await sends.storeCost(place, 'u-1', { amount: 0.75, currency: 'USD' });
    await sends.recordReceipt({ ...place, key: 'u-1' }, 'SM', 'delivered');
    await api.createRun({}, { bearer });
    const month = new Date().toISOString().slice(0, 7);
    const { body } = await api.call('/v1/usage', { bearer });
    const counts = { claimed: 3, sent: 2, failed: 1, unknown: 0, delivered: 1, undelivered: 0 };
    const cost = [{ amount: 0.75, currency: 'USD' }];
    const messages = [{ connector_uuid, channel: 'sms', ...counts, cost }];
    expect(body.result).toEqual({ months: [{ month, runs: 1, messages }] });
  });

  test.each(['?from=2026-13', '?from=2024-01&to=2026-01', '?from=2026-02&to=2026-01'])(
    'returns 400 for the invalid period %s',
    async (query) => {
      expect((await api.call(`/v1/usage${query}`)).status).toBe(400);
    },
  );
});

test('a connector without receipts is logged and measured, and closed prefixes are measured', async () => {
  const { account_uuid } = api.client;
  const [silent, fine] = [randomUUID(), randomUUID()];
  const answer = { order: 1, send: 1, status: 'sent', refusal: null, error_code: null } as const;
  for (const connector_uuid of [silent, fine]) {
    for (let index = 0; index < 5; index += 1) {
      const key = `${connector_uuid}-${index}`;
      const place = { run_uuid: 'r', account_uuid, channel: 'sms', connector_uuid } as const;
      await api.deps.sends.claim(key, { ...place, mode: 'live' });
      await api.deps.sends.answer(place, key, {
        ...answer,
        provider_id: 'SM',
        gives_receipts: true,
      });
    }
  }
  await api.deps.sends.recordReceipt(
    { run_uuid: 'r', account_uuid, key: `${fine}-0` },
    'SM',
    'delivered',
  );
  const prefix = { account_uuid, id: 'prefix/x' };
  await api.deps.spending.close(prefix, Date.now() + 20 * 60_000, Date.now());
  const later = Date.now() + 10 * 60_000;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
  const report = await createMaintenance(api.deps, api.deps.logger).checkSending();
  const metrics = await api.deps.metrics.read();
  clock.mockRestore();
  expect(report).toBe('1 connectors without receipts, 1 closed prefixes');
  expect(metrics).toContain('cerciora_connectors_without_receipts 1');
  expect(metrics).toContain('cerciora_closed_prefixes 1');
  expect(api.logs).toContain(silent);
  expect(api.logs).not.toContain(fine);
});
