/** Tests that fields of one line refuse other texts, in configuration and in submissions. */
import { stepUuid, TestApi, type RunJson } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const HOSTILE = [
  'Línea\r\nBcc: otro@example.com',
  'a\nb',
  'a\tb',
  'a\0b',
  'a\u2028b',
  'a\u202eb',
  'a\u2067b',
  '\u200b',
];
const paths = ({ body }: { body: { error: { details: { path: string }[] } } }) =>
  body.error.details.map(({ path }) => path);

const field = { key: 'a', label: 'A', type: 'text' };
const first_verification = { channel: 'whatsapp' };
const twilio = { kind: 'twilio', sender: { sms: '+15005550006' } };

test.each<[path: string, where: string, body: (text: string) => object, method?: string]>([
  ['name', 'account', (name) => ({ name }), 'PUT'],
  ['name', 'connectors', (name) => ({ name, kind: 'sandbox' })],
  ['name', 'nips', (name) => ({ name, first_verification })],
  ['name', 'forms', (name) => ({ name, fields: [field] })],
  ['name', 'knockout-rules', (name) => ({ name, step: 'acceptance', template: 'accepted' })],
  ['name', 'rule-sets', (name) => ({ name })],
  ['name', 'customizations', (name) => ({ name, values: {} })],
  ['name', 'workflow-templates', (name) => ({ name, steps: ['personal_address'] })],
  ['fields.0.label', 'forms', (label) => ({ name: 'F', fields: [{ ...field, label }] })],
  [
    'fields.0.options.0',
    'forms',
    (option) => ({ name: 'F', fields: [{ ...field, type: 'select', options: [option] }] }),
  ],
  [
    'sender.content_variables.1',
    'connectors',
    (text) => ({
      ...{ name: 'T', ...twilio },
      sender: { ...twilio.sender, content_variables: { 1: `${text} {{code}}` } },
    }),
  ],
  [
    'sender.name',
    'connectors',
    (name) => ({ name: 'S', kind: 'sendgrid', sender: { email: 'a@example.com', name } }),
  ],
])('%s of %s', async (path, where, body, method = 'POST') => {
  for (const text of HOSTILE) {
    const answer = await api.call(`/v1/${where}`, { method, body: body(text) });
    if (path.includes('variables') && text === '\u200b') continue;
    expect([text, answer.status, paths(answer)]).toEqual([text, 400, [path]]);
  }
});

test('a message of a NIP has lines, and no other control characters', async () => {
  const create = (es: string) =>
    api.call('/v1/nips', { body: { name: 'N', first_verification, messages: { es } } });
  for (const es of ['a\r\n{{code}}', '\u202e{{code}}', '{{code}}\0', '٣ {{code}}']) {
    expect(paths(await create(es))).toEqual(['messages.es']);
  }
  expect((await create('Hola:\n\n{{code}}')).status).toBe(201);
});

test('a variable of a template has no digits before the code', async () => {
  const credentials = { account_sid: `AC${'a'.repeat(32)}`, auth_token: 'b'.repeat(32) };
  const create = (text: string) => {
    const sender = { ...twilio.sender, content_variables: { 1: text } };
    return api.call('/v1/connectors', { body: { name: 'T', ...twilio, credentials, sender } });
  };
  for (const text of ['Aviso 2: {{code}}', '٣ {{code}}', 'a1{{code}} {{code}}']) {
    expect(paths(await create(text))).toEqual(['sender.content_variables.1']);
  }
  expect((await create('{{code}}, 10 min')).status).toBe(201);
});

test('what people send in one line', async () => {
  const form = await api.call('/v1/forms', {
    body: { name: 'Lines', fields: [field, { ...field, key: 'b', type: 'textarea' }] },
  });
  const run = await api.createRun({
    steps: ['custom_form', 'personal_bank_data'],
    setup: { custom_form: { form_uuid: form.body.result.uuid } },
  });
  const submit = (of: RunJson, index: number, data: object) =>
    api.call(`/v1/steps/${stepUuid(of, index)}/submit`, { body: { data } });
  for (const text of HOSTILE) {
    expect(paths(await submit(run, 0, { a: text }))).toEqual(['data.a']);
  }
  expect((await submit(run, 0, { a: 'one', b: 'one\ntwo' })).status).toBe(200);
  for (const account_holder of HOSTILE) {
    const data = { clabe: '646180000123456789', account_holder };
    const answer = await submit(run, 1, data);
    expect([answer.status, paths(answer)]).toContainEqual(['data.account_holder']);
  }
});
