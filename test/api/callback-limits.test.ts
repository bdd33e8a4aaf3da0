/** Tests that a callback without a valid signature costs little, and that no connector can use up what all share. */
import { request } from 'node:http';
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { TestApi } from '../support/api';
import { MAX_BLOCK_MS, measureBlock } from '../support/event-loop';
import { API_KEY, LoopbackSendgrid, type SendgridMessage } from '../support/loopback-sendgrid';
import { ACCOUNT_SID, AUTH_TOKEN, tell } from '../support/loopback-twilio';

const PUBLIC_URL = 'https://verify.example';
const KIB = 1024;
const SIGNATURE = { 'x-twilio-signature': `${'A'.repeat(27)}=` };
const FIELDS = Array.from({ length: 400_000 }, (_, index) =>
  index.toString(36).padStart(4, 'a'),
).join('&');

const sendgrid = new LoopbackSendgrid();
let api: TestApi;
let twilio: string;
let another: string;
let mail: string;
beforeAll(async () => {
  api = await TestApi.start();
  const create = async (body: object) =>
    (await api.call<{ uuid: string }>('/v1/connectors', { body })).body.result.uuid;
  const credentials = { account_sid: ACCOUNT_SID, auth_token: AUTH_TOKEN };
  const phone = { kind: 'twilio', sender: { sms: '+15005550006' }, credentials };
  twilio = await create({ name: 'T', ...phone });
  another = await create({ name: 'U', ...phone });
  mail = await create({
    ...{ name: 'S', kind: 'sendgrid', sender: { email: 'codes@bank.example' } },
    credentials: { api_key: API_KEY, webhook_public_key: sendgrid.publicKey },
  });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => api.stop());

const pathOf = (connector: string) => `/callbacks/twilio/${connector}`;
const address = (path: string) => `http://127.0.0.1:${api.port}${path}`;
/** A status callback that Twilio signed. */
const report = (connector: string, form: Record<string, string>) =>
  tell(address(pathOf(connector)), form, AUTH_TOKEN, `${PUBLIC_URL}${pathOf(connector)}`);
/** Posts a callback; returns the shortest block of three, because the machine may be busy with something else. */
const post = async (body: string | Buffer, headers: Record<string, string> = SIGNATURE) => {
  const raw = typeof body === 'string' ? Buffer.from(body) : body;
  const send = () => measureBlock(() => api.call(pathOf(twilio), { raw, headers, bearer: '' }));
  let { result, blockMs } = await send();
  for (let more = 0; more < 2 && blockMs > MAX_BLOCK_MS; more += 1) {
    ({ result, blockMs } = await send());
  }
  return { status: result.status, code: result.body.error.code, blockMs };
};

test.each<[what: string, headers: Record<string, string>]>([
  ['without a signature', {}],
  ['with a text as signature', { 'x-twilio-signature': 'x' }],
])('a callback %s is refused before anything is looked up or read', async (_what, headers) => {
  const { connectors } = api.deps;
  const finding = jest.spyOn(connectors, 'findAny');
  const { status, code } = await post(FIELDS, headers);
  expect([status, code]).toEqual([403, 'forbidden']);
  expect(
    (await fetch(address(`/callbacks/sendgrid/${mail}`), { method: 'POST', body: '[]' })).status,
  ).toBe(403);
  expect(finding).not.toHaveBeenCalled();
});

test.each<[what: string, body: () => string | Buffer, headers: Record<string, string>]>([
  ['of 400,000 fields', () => FIELDS, {}],
  ['of 400,000 fields that are compressed', () => gzipSync(FIELDS), { 'content-encoding': 'gzip' }],
  ['of 65 KiB', () => 'a'.repeat(65 * KIB), {}],
  ['of 501 fields', () => '&'.repeat(500), {}],
])('a callback %s is too large, and keeps nobody waiting', async (_what, body, headers) => {
  const { status, code, blockMs } = await post(body(), { ...SIGNATURE, ...headers });
  expect([status, code]).toEqual([413, 'too_large']);
  expect(blockMs).toBeLessThan(MAX_BLOCK_MS);
});

test.each([
  [
    'of 500 long fields',
    Array.from({ length: 500 }, (_, i) => `${i}=${'x'.repeat(120)}`).join('&'),
  ],
  ['of one long field', `a=${'%41'.repeat(21_000)}`],
])('a forged callback %s is refused, and keeps nobody waiting', async (_what, body) => {
  const { status, blockMs } = await post(body);
  expect(status).toBe(403);
  expect(blockMs).toBeLessThan(MAX_BLOCK_MS);
});

test('a signed callback as long as Twilio sends is read', async () => {
  const form = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [`Field${index}`, 'x'.repeat(200)]),
  );
  expect(await report(twilio, { ...form, MessageStatus: 'sent' })).toBe(404);
});

describe("SendGrid's batches", () => {
  const send = (events: object[]) => sendgrid.tell(address(`/callbacks/sendgrid/${mail}`), events);
  const message = { id: 'mid', to: 'ana@example.com', custom_args: {} } as SendgridMessage;
  const event = { ...sendgrid.event(message, 'processed'), padding: 'x'.repeat(150) };
  const fitting = (bytes: number) =>
    Array.from({ length: Math.floor(bytes / (JSON.stringify(event).length + 1)) }, () => event);

  test('of 768 KB are read; those of more than 1 MiB or 5,000 events are refused', async () => {
    expect(await send(fitting(768 * KIB))).toBe(204);
    expect(await send(fitting(1_100 * KIB))).toBe(413);
    const { result, blockMs } = await measureBlock(() => send(Array<object>(300_000).fill({})));
    expect(result).toBe(400);
    expect(blockMs).toBeLessThan(MAX_BLOCK_MS);
  });
});

test('a connector whose callbacks flood gets 429; another is served', async () => {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const { sends } = api.deps;
  const find = sends.findAll.bind(sends);
  let held = 0;
  let ofAnother = false;
  jest.spyOn(sends, 'findAll').mockImplementation(async (...given) => {
    if (!ofAnother) {
      held += 1;
      await released;
    }
    return find(...given);
  });
  const path = `${pathOf(twilio)}?key=${randomUUID()}`;
  const form = { MessageSid: `SM${'1'.repeat(32)}`, MessageStatus: 'sent' };
  const answered: number[] = [];
  const all = Promise.all(
    Array.from({ length: 140 }, async () => {
      const status = await tell(address(path), form, AUTH_TOKEN, `${PUBLIC_URL}${path}`);
      answered.push(status);
      return status;
    }),
  );
  while (answered.length < 12 || held < 16) await new Promise((resolve) => setImmediate(resolve));
  expect(answered).toEqual(Array(12).fill(429));
  expect(held).toBe(16);
  ofAnother = true;
  expect(await report(another, form)).toBe(404);
  release();
  expect((await all).filter((status) => status === 404)).toHaveLength(128);
});

test('a body that does not arrive ends after 5 s', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { ...SIGNATURE, 'content-length': '100' };
    const sent = request(address(pathOf(twilio)), { method: 'POST', headers }, (response) => {
      resolve(response.statusCode);
      response.resume();
      sent.destroy();
    });
    sent.once('error', reject);
    sent.write('MessageSid=');
  });
  expect(status).toBe(400);
}, 20_000);
