/** Tests the configuration of connectors, NIPs and forms, and the checks between them. */
import { TestApi, type Call } from '../support/api';
import { TWILIO_CONNECTOR } from '../support/live-connectors';

interface Configured extends Record<string, unknown> {
  uuid: string;
  updated_at: string;
}

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const nobody = '00000000-0000-4000-8000-000000000000';
const send = (path: string, body: unknown, call: Call = {}) =>
  api.call<Configured>(path, { ...call, body });
const put = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  send(path, body, { method: 'PUT', headers });
const remove = (path: string) => api.call<Configured>(path, { method: 'DELETE' });
const made = async (path: string, body: unknown) => {
  const answer = await send(path, body);
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body.result;
};
const connector = (more: object = {}) =>
  made('/v1/connectors', { name: 'Sandbox', kind: 'sandbox', ...more });
const paths = (answer: { body: { error: { details: { path: string }[] } } }) =>
  answer.body.error.details.map(({ path }) => path);

describe('a NIP', () => {
  test('has default values for its code', async () => {
    const { uuid } = await connector();
    const nip = await made('/v1/nips', {
      name: 'Sólo SMS',
      first_verification: { channel: 'sms', connector_uuid: uuid, backup: null },
      code: null,
    });
    expect(nip).toMatchObject({
      type: 'generic',
      first_verification: { channel: 'sms', connector_uuid: uuid, backup: null },
      second_verification: null,
      messages: {},
    });
    expect(nip['code']).toEqual({
      ...{ length: 6, expires_in: 600, max_wrong: 5, max_sends: 5 },
      ...{ resend_after: 30, receipt_timeout: 60 },
    });
  });

  test.each([
    ['no connector for sms', { channel: 'sms' }, {}, ['first_verification.connector_uuid']],
    ['no connector for email', { channel: 'email' }, {}, ['first_verification.connector_uuid']],
    ['WhatsApp by the default line', { channel: 'whatsapp' }, {}, null],
    [
      'an unknown connector',
      { channel: 'sms', connector_uuid: nobody },
      {},
      ['first_verification.connector_uuid'],
    ],
    [
      'a backup without a connector',
      { channel: 'whatsapp', backup: { channel: 'email', after_failed_attempts: 1 } },
      {},
      ['first_verification.backup.connector_uuid'],
    ],
    [
      'a backup after the last send',
      { channel: 'whatsapp', backup: { channel: 'whatsapp', after_failed_attempts: 3 } },
      { code: { max_sends: 3 } },
      ['first_verification.backup.after_failed_attempts'],
    ],
    ['five digits and three wrong codes', { channel: 'whatsapp' }, { code: { length: 5 } }, null],
    [
      'five digits and four wrong codes',
      { channel: 'whatsapp' },
      { code: { length: 5, max_wrong: 4 } },
      ['code.max_wrong'],
    ],
    ['nine digits', { channel: 'whatsapp' }, { code: { length: 9 } }, ['code.length']],
    [
      'an expiry of a day',
      { channel: 'whatsapp' },
      { code: { expires_in: 86400 } },
      ['code.expires_in'],
    ],
    [
      'a text without its code',
      { channel: 'whatsapp' },
      { messages: { es: 'Hola' } },
      ['messages.es'],
    ],
    [
      'a text with digits before its code',
      { channel: 'whatsapp' },
      { messages: { en: 'In 10 minutes: {{code}}' } },
      ['messages.en'],
    ],
    ['an unknown channel', { channel: 'fax' }, {}, ['first_verification.channel']],
    ['an unknown field', { channel: 'whatsapp', voice: 1 }, {}, ['first_verification.voice']],
  ])(
    'with %s is created or refused with its path',
    async (_what, first_verification, more, faults) => {
      const answer = await send('/v1/nips', { name: 'N', first_verification, ...more });
      if (faults === null) expect(answer.status).toBe(201);
      else expect([answer.status, paths(answer)]).toEqual([400, faults]);
    },
  );

  test('refuses a connector without its channel and a connector of another account', async () => {
    const { uuid } = await connector({ channels: ['email'] });
    const nip = { name: 'N', first_verification: { channel: 'sms', connector_uuid: uuid } };
    expect(paths(await send('/v1/nips', nip))).toEqual(['first_verification.connector_uuid']);
    const email = { name: 'N', first_verification: { channel: 'email', connector_uuid: uuid } };
    expect((await send('/v1/nips', email)).status).toBe(201);
    const { key } = await api.addClient();
    expect((await send('/v1/nips', email, { bearer: key })).status).toBe(400);
  });

  test('is changed by PUT in the given fields only, and null removes a field', async () => {
    const { uuid } = await connector();
    const second_verification = { channel: 'email', connector_uuid: uuid };
    const first_verification = { channel: 'whatsapp' };
    const nip = await made('/v1/nips', { name: 'N', first_verification, second_verification });
    const path = `/v1/nips/${nip.uuid}`;
    const renamed = (await put(path, { name: 'M' })).body.result;
    expect(renamed).toEqual({ ...nip, name: 'M', updated_at: renamed.updated_at });
    expect(renamed.updated_at > nip.updated_at).toBe(true);
    const single = (await put(path, { second_verification: null })).body.result;
    expect(single['second_verification']).toBeNull();
    expect(paths(await put(path, { name: null }))).toEqual(['name']);
    expect(paths(await put(path, { code: { max_sends: 1 } }))).toEqual(['code.max_sends']);
    expect(paths(await put(path, { colour: 'red' }))).toEqual(['colour']);
  });
});

describe('a configured resource', () => {
  test('returns 412 for a change with a stale If-Match', async () => {
    const { uuid } = await connector();
    const path = `/v1/connectors/${uuid}`;
    const { headers } = await api.call(path);
    const etag = headers.get('etag') ?? '';
    expect((await put(path, { name: 'B' }, { 'if-match': '"stale"' })).status).toBe(412);
    const changed = await put(path, { name: 'B' }, { 'if-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    const late = await put(path, { name: 'C' }, { 'if-match': etag });
    expect([late.status, late.body.error.code]).toEqual([412, 'precondition_failed']);
    expect((await put(path, { name: 'D' }, { 'if-match': '*' })).status).toBe(200);
  });

  test('is not in lists or reads once it is archived', async () => {
    const { uuid } = await connector();
    expect((await remove(`/v1/connectors/${uuid}`)).status).toBe(200);
    expect((await api.call(`/v1/connectors/${uuid}`)).status).toBe(404);
    expect((await remove(`/v1/connectors/${uuid}`)).status).toBe(404);
    const { body } = await api.call<{ data: Configured[] }>('/v1/connectors?per_page=100');
    expect(body.result.data.map((each) => each.uuid)).not.toContain(uuid);
  });

  test('is listed newest first by page', async () => {
    const { key: bearer } = await api.addClient();
    for (const name of ['one', 'two', 'three']) {
      await send('/v1/forms', { name, fields: [{ predefined: 'nip_generic' }] }, { bearer });
    }
    const { body } = await api.call<{ data: Configured[]; next_page_url: string | null }>(
      '/v1/forms?per_page=2',
      { bearer },
    );
    expect(body.result.data.map((each) => each['name'])).toEqual(['three', 'two']);
    expect(body.result.next_page_url).toMatch(/\/v1\/forms\?page=2&per_page=2$/);
  });

  test('is created once by a repeated request', async () => {
    const body = { name: 'Once', kind: 'sandbox' };
    const [first, second] = await Promise.all([
      send('/v1/connectors', body, { idempotencyKey: 'once' }),
      send('/v1/connectors', body, { idempotencyKey: 'once' }),
    ]);
    const again = await send('/v1/connectors', body, { idempotencyKey: 'once' });
    const uuids = [first, second, again].flatMap(({ status, body: { result } }) =>
      status === 201 ? [result.uuid] : [],
    );
    expect(new Set(uuids).size).toBe(1);
  });

  test('cannot be archived while an open run uses it', async () => {
    const { uuid } = await connector(TWILIO_CONNECTOR);
    const nip = await made('/v1/nips', {
      name: 'N',
      first_verification: { channel: 'sms', connector_uuid: uuid },
    });
    const setup = { nip: { nip_uuid: nip.uuid } };
    const run = await api.createRun({ steps: ['nip'], setup, phone: '+573100000000' });
    const refused = await remove(`/v1/connectors/${uuid}`);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'in_use']);
    const body = { by: 'Ana', reason: 'test' };
    await api.call(`/v1/workflows/${run.uuid}/actions/cancel`, { body });
    expect((await remove(`/v1/nips/${nip.uuid}`)).status).toBe(200);
    expect((await remove(`/v1/connectors/${uuid}`)).status).toBe(200);
  });
});

describe('a form', () => {
  const form = (fields: unknown[]) => send('/v1/forms', { name: 'F', fields });

  test('expands the predefined group, without its excluded fields', async () => {
    const keys = async (fields: unknown[]) =>
      ((await form(fields)).body.result['fields'] as { key: string }[]).map(({ key }) => key);
    expect(await keys([{ predefined: 'nip_generic' }])).toEqual(['phone', 'email']);
    expect(await keys([{ predefined: 'nip_generic', without: ['email'] }])).toEqual(['phone']);
  });

  test.each([
    ['a key twice', [text('a'), text('a')]],
    ['no fields', []],
    ['a select without options', [{ ...text('a'), type: 'select' }]],
    ['options without a select', [{ ...text('a'), options: ['b'] }]],
    ['a pattern that does not parse', [{ ...text('a'), pattern: '(' }]],
    ['a pattern with look-around', [{ ...text('a'), pattern: '(?=a)' }]],
    ['a max below its min', [{ ...text('a'), min: 3, max: 2 }]],
    ['an invalid key', [text('Ünique')]],
    ['an unknown group', [{ predefined: 'other' }]],
  ])('is refused with %s', async (_what, fields) => {
    const answer = await form(fields);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'validation_failed']);
  });

  function text(key: string) {
    return { key, label: 'L', type: 'text' };
  }
});

describe('a creation', () => {
  test('is refused without the destination that its NIP needs', async () => {
    const nip = await made('/v1/nips', { name: 'N', first_verification: { channel: 'whatsapp' } });
    const setup = { nip: { nip_uuid: nip.uuid } };
    const create = (body: object) => send('/v1/workflows', { steps: ['nip'], setup, ...body });
    expect(paths(await create({}))).toEqual(['setup.nip.phone']);
    expect((await create({ phone: '+573100000000' })).status).toBe(200);
    expect(
      (await create({ setup: { nip: { ...setup.nip, phone: '+573100000000' } } })).status,
    ).toBe(200);
    expect(paths(await create({ phone: '3100000000' }))).toEqual(['phone']);
    expect(paths(await create({ setup: { nip: { nip_uuid: nobody } } }))).toEqual([
      'setup.nip.nip_uuid',
    ]);
  });

  test('uses the destination of an earlier form, not of a later one', async () => {
    const nip = await made('/v1/nips', { name: 'N', first_verification: { channel: 'whatsapp' } });
    const form = await made('/v1/forms', { name: 'F', fields: [{ predefined: 'nip_generic' }] });
    const setup = { nip: { nip_uuid: nip.uuid }, custom_form: { form_uuid: form.uuid } };
    const create = (steps: string[]) => send('/v1/workflows', { steps, setup });
    expect((await create(['custom_form', 'nip'])).status).toBe(200);
    expect(paths(await create(['nip', 'custom_form']))).toEqual(['setup.nip.phone']);
  });

  test('requires a default NIP when a step has none', async () => {
    const { key: bearer } = await api.addClient();
    const answer = await send('/v1/workflows', { steps: ['verify_phone_number'] }, { bearer });
    expect(paths(answer)).toEqual(['setup.verify_phone_number.nip_uuid']);
  });
});

test('an unknown field whose value is null is refused with its path at any depth', async () => {
  const nulls = { name: 'N', kind: 'sandbox', receipts: null, '': null };
  expect(paths(await send('/v1/connectors', nulls))).toEqual(['']);
  const code = { length: null, colour: null };
  const nip = { name: 'N', first_verification: { channel: 'whatsapp' }, code };
  expect(paths(await send('/v1/nips', nip))).toEqual(['code.colour']);
  const plain = await made('/v1/nips', { ...nip, code: { length: null } });
  const change = { method: 'PUT', body: { second_verification: { surprise: null } } };
  const refused = await api.call(`/v1/nips/${plain.uuid}`, change);
  expect(paths(refused)).toContain('second_verification.surprise');
});

test.each([
  ['/v1/connectors', 'POST', { kind: 'sandbox' }],
  ['/v1/account', 'PUT', {}],
])('a name at %s is limited before trimming and stored trimmed', async (path, method, rest) => {
  const named = (name: string) => api.call(path, { method, body: { ...rest, name } });
  expect(paths(await named(` ${'x'.repeat(100)}`))).toEqual(['name']);
  expect(paths(await named('   '))).toEqual(['name']);
  expect((await named(' Ana ')).body.result['name']).toBe('Ana');
});

test('PUT /v1/account with a stale If-Match returns 412', async () => {
  const { key: bearer } = await api.addClient();
  const read = await api.call('/v1/account', { bearer });
  const etag = read.headers.get('etag') ?? '';
  const change = (name: string, given: string) =>
    api.call('/v1/account', {
      ...{ method: 'PUT', body: { name }, bearer },
      headers: { 'if-match': given },
    });
  const first = await change('One', etag);
  expect([first.status, first.body.result['name']]).toEqual([200, 'One']);
  expect(first.headers.get('etag')).not.toBe(etag);
  const late = await change('Two', etag);
  expect([late.status, late.body.error.code]).toEqual([412, 'precondition_failed']);
  expect((await api.call('/v1/account', { bearer })).body.result['name']).toBe('One');
});

test('PUT /v1/account returns 412 when another process has changed the account', async () => {
  const { key: bearer, account_uuid } = await api.addClient();
  const etag = (await api.call('/v1/account', { bearer })).headers.get('etag') ?? '';
  // Bypasses the cache of this process.
  const accounts = api.connection.collection('accounts');
  await accounts.updateOne({ _id: account_uuid as never }, { $set: { name: 'Elsewhere' } });
  const call = { method: 'PUT', body: { name: 'Here' }, bearer, headers: { 'if-match': etag } };
  expect((await api.call('/v1/account', call)).status).toBe(412);
  expect((await api.call('/v1/account', { bearer })).body.result['name']).toBe('Elsewhere');
});
