/** Tests that names of inherited properties (`constructor`, …) have no effect wherever a caller chooses a name. */
import { jpeg } from '../support/files';
import { stepUuid, TestApi, type Call } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const WORDS = [
  ...['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty'],
  ...['isPrototypeOf', 'propertyIsEnumerable', '__defineGetter__', 'toLocaleString'],
];
const NOBODY = '11111111-1111-4111-8111-111111111111';
const TERMS = { text: 'Acepto.', version: '1' };
/** An object with an own property of this name, including `__proto__`. */
const own = (word: string, value: unknown) => Object.fromEntries([[word, value]]);
const first_verification = { channel: 'whatsapp' };
const field = { key: 'a', label: 'A', type: 'text' };

/** Calls with a name, and the expected responses. */
const PLACES: [where: string, path: string, call: (word: string) => Call, status: number][] = [
  ['a step', '/v1/workflows', (word) => ({ body: { steps: [word] } }), 400],
  [
    'a skip',
    '/v1/workflows',
    (word) => ({
      body: { steps: ['personal_address'], skip_steps: own(word, '1 > 2') },
    }),
    400,
  ],
  [
    'an unknown field',
    '/v1/workflows',
    (word) => ({ body: { steps: ['personal_address'], ...own(word, 1) } }),
    400,
  ],
  ['a connector kind', '/v1/connectors', (kind) => ({ body: { name: 'C', kind } }), 400],
  [
    'a channel',
    '/v1/nips',
    (channel) => ({ body: { name: 'N', first_verification: { channel } } }),
    400,
  ],
  [
    'a language of messages',
    '/v1/nips',
    (word) => ({
      body: { name: 'N', first_verification, messages: own(word, 'Hola {{code}}') },
    }),
    400,
  ],
  [
    'an account language',
    '/v1/account',
    (language) => ({ method: 'PUT', body: { language } }),
    400,
  ],
  ['a country', '/v1/account', (word) => ({ method: 'PUT', body: { countries: [word] } }), 400],
  ['a budget', '/v1/account', (word) => ({ method: 'PUT', body: { budgets: own(word, 1) } }), 400],
  [
    'a field type',
    '/v1/forms',
    (type) => ({ body: { name: 'F', fields: [{ ...field, type }] } }),
    400,
  ],
  [
    'the step of a rule',
    '/v1/knockout-rules',
    (step) => ({ body: { name: 'R', step, template: '1 > 2' } }),
    400,
  ],
  [
    'a template setup of no step',
    '/v1/workflow-templates',
    (word) => ({
      body: { name: `T ${word}`, steps: ['personal_address'], steps_setup: own(word, {}) },
    }),
    201,
  ],
  [
    'a template field',
    '/v1/workflow-templates',
    (word) => ({ body: { name: `T ${word}`, steps: ['personal_address'], config: own(word, 1) } }),
    400,
  ],
  [
    'a place of a text',
    '/v1/template-bindings',
    (word) => ({
      body: {
        name: 'B',
        template_uuid: NOBODY,
        text_bindings: own(word, { steps: [], template: 'x' }),
      },
    }),
    400,
  ],
  ['a query parameter', '/v1/workflows?WORD=1', () => ({}), 400],
  ['a status in a query', '/v1/workflows?status=WORD', () => ({}), 400],
  ['a page', '/v1/nips?page=WORD', () => ({}), 400],
  ['a resource', '/v1/WORD', () => ({}), 404],
  ['a uuid', '/v1/workflows/WORD', () => ({}), 404],
  [
    'an action',
    `/v1/workflows/${NOBODY}/actions/WORD`,
    () => ({ body: { by: 'a', reason: 'b' } }),
    404,
  ],
  [
    'a content type',
    '/v1/workflows',
    (word) => ({ raw: '{}', headers: { 'content-type': word } }),
    415,
  ],
  [
    'a scheme of a credential',
    '/v1/workflows',
    (word) => ({ headers: { authorization: word } }),
    401,
  ],
  ['a callback', '/callbacks/WORD/x', () => ({ body: {} }), 404],
];

describe.each(WORDS)('%s', (word) => {
  test.each(PLACES)('as %s returns the expected status', async (_where, path, call, status) => {
    const sent = call(word);
    const answer = await api.call(
      path.replace('WORD', () => word),
      sent,
    );
    const isEmpty = word === '__proto__' && status === 201;
    expect([answer.status, answer.text]).toEqual([
      isEmpty ? expect.any(Number) : status,
      expect.any(String),
    ]);
    expect(answer.status).toBeLessThan(500);
  });

  test('as a custom id uses only the form in its own setup', async () => {
    const steps = [{ step: 'custom_form', custom_id: word }];
    const create = (form_uuid?: string) =>
      api.call('/v1/workflows', {
        body: { steps, setup: form_uuid === undefined ? {} : own(word, { form_uuid }) },
      });
    for (const none of [undefined, NOBODY]) {
      const refused = await create(none);
      expect([refused.status, refused.body.error.details[0]?.path]).toEqual([
        400,
        expect.stringContaining(`setup.${word}`),
      ]);
    }
    const fields = [{ ...field, required: true }];
    const form = await api.call('/v1/forms', { body: { name: `F ${word}`, fields } });
    const made = await create(form.body.result.uuid);
    if (word === '__proto__') {
      expect(made.body.error.details).toEqual([
        { path: 'setup.__proto__', message: 'is not a name that can be used' },
      ]);
      return;
    }
    expect([made.text, made.status]).toEqual([made.text, 200]);
    const path = `/v1/steps/${stepUuid(made.body.result, 0)}/submit`;
    const empty = await api.call(path, { body: { data: {} } });
    expect([empty.status, empty.body.error.details[0]?.path]).toEqual([422, 'data.a']);
    const unknown = await api.call(path, { body: { data: { a: 'x', ...own(word, 1) } } });
    expect(unknown.status).toBe(422);
    expect((await api.call(path, { body: { data: { a: 'x' } } })).status).toBe(200);
  });

  test('as a custom id of a step that sends codes works in a session, a skip and a restart', async () => {
    const nip = await api.call('/v1/nips', { body: { name: `N ${word}`, first_verification } });
    const setup = own(word, { nip_uuid: nip.body.result.uuid });
    const steps = [{ step: 'nip', custom_id: word }, 'personal_address'];
    const skip_steps = { personal_address: `steps['${word}'].status == 'skipped'` };
    const body = { steps, setup, skip_steps, phone: '+525512340999' };
    const made = await api.call('/v1/workflows', { body });
    if (word === '__proto__') {
      expect(made.status).toBe(400);
      return;
    }
    expect([made.text, made.status]).toEqual([made.text, 200]);
    const { token } = await api.mint(made.body.result.uuid);
    expect((await api.call('/v1/session', { bearer: token })).status).toBe(200);
    const again = await api.call(`/v1/workflows/${made.body.result.uuid}/restart`, {
      body: { phone: '+525512340998' },
    });
    expect([again.text, again.status]).toEqual([again.text, 200]);
    const lone = await api.call('/v1/workflows', {
      body: { steps: [{ step: 'nip', custom_id: word }], setup: {}, phone: '+525512340999' },
    });
    expect(lone.status).toBe(400);
  });

  test('as a collection of files is refused', async () => {
    const run = await api.createRun({
      steps: ['files_upload'],
      setup: { files_upload: { files: [{ collection: 'doc', title: 'Doc' }] } },
    });
    const form = new FormData();
    form.append('collection', word);
    form.append('file', new Blob([new Uint8Array(jpeg())]), 'a.jpg');
    const answer = await api.call(`/v1/steps/${stepUuid(run, 0)}/media`, {
      method: 'POST',
      raw: form as never,
    });
    expect([answer.status, answer.body.error.details[0]?.path]).toEqual([422, 'collection']);
  });

  test('as a key of customization texts has no effect', async () => {
    const values = own(word, { title: 'x' });
    const made = await api.call('/v1/customizations', { body: { name: `C ${word}`, values } });
    expect(made.status).toBeLessThan(500);
    const run = await api.createRun({ setup: { acceptance: TERMS } });
    const { token } = await api.mint(run.uuid);
    const session = await api.call<{ step: { texts: object } }>('/v1/session', { bearer: token });
    expect(session.body.result.step.texts).toEqual({});
  });
});
