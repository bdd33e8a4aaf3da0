/** Tests that a run can be created with each step type, and that its requirements are reported. */
import { randomUUID } from 'node:crypto';
import { stepSchemas } from '../../src/steps/schemas';
import { TestApi, stepUuid, type ProgressJson, type RunJson } from '../support/api';
import { setupsWith, stepKeys } from '../support/catalogue';
import { SENDGRID_CONNECTOR, TWILIO_CONNECTOR } from '../support/live-connectors';

interface StepTypeJson extends Record<string, unknown> {
  key: string;
  setup: { type: string; properties: Record<string, { enum?: string[] }>; required?: string[] };
}

let api: TestApi;
let setup: ReturnType<typeof setupsWith>;
beforeAll(async () => {
  api = await TestApi.start();
  const made = async (path: string, body: object) =>
    (await api.call(path, { body })).body.result.uuid;
  const by = async (channel: string, connector: object) => ({
    ...{ channel, connector_uuid: await made('/v1/connectors', connector) },
  });
  const first_verification = await by('sms', TWILIO_CONNECTOR);
  const second_verification = await by('email', SENDGRID_CONNECTOR);
  const nip = { name: 'NIP', first_verification, second_verification };
  const default_nip_uuid = await made('/v1/nips', nip);
  await api.call('/v1/account', { method: 'PUT', body: { default_nip_uuid } });
  const fields = [{ predefined: 'nip_generic' }];
  const form_uuid = await made('/v1/forms', { name: 'Form', fields });
  setup = setupsWith({ custom_form: { form_uuid } });
});
afterAll(() => api.stop());

const create = (body: object) => api.call('/v1/workflows', { body });
/** Steps whose requirements these tests can't provide. */
const person = () => ({
  people_uuid: randomUUID(),
  phone: '+525512345678',
  email: 'a@example.com',
});

test('GET /v1/steps lists every key with booleans and the JSON schema of its setup', async () => {
  const { result } = (await api.call<StepTypeJson[]>('/v1/steps')).body;
  expect(result.map(({ key }) => key).sort()).toEqual(
    [
      ...['acceptance', 'address_verification', 'auth', 'biometric_sign', 'cdc_authorization'],
      ...['custom_form', 'document_analyzer', 'document_preview', 'document_qr', 'document_sign'],
      ...['enroll_basic', 'enroll_fingerprint', 'enroll_full', 'enroll_simple', 'files_upload'],
      ...['liveness', 'multiple_document_sign', 'nip', 'personal_address', 'personal_bank_data'],
      ...['personal_financial', 'personal_job_detail', 'personal_references', 'verify_email'],
      ...['verify_phone_number', 'video_sign_step'],
    ].sort(),
  );
  for (const step of result) {
    for (const trait of ['setup_required', 'requires_people', 'allow_multiple', 'geolocation']) {
      expect([step.key, typeof step[trait]]).toEqual([step.key, 'boolean']);
    }
    expect(step.setup.type).toBe('object');
  }
  const files = result.find(({ key }) => key === 'files_upload');
  expect(files?.setup.required).toEqual(['files']);
  expect(JSON.stringify(files?.setup.properties['engine'])).toContain('"review"');
});

test('one run can have every step of the catalogue', async () => {
  const answer = await create({ steps: stepKeys, setup, ...person() });
  expect(answer.status).toBe(200);
  expect(answer.body.result.steps.map(({ step }) => step)).toEqual(stepKeys);
});

describe.each(stepKeys)('%s', (step) => {
  const schema = stepSchemas[step];

  test(`can be created ${schema.setup_required ? 'with its setup' : 'without any setup'}`, async () => {
    const needed = schema.setup_required ? { setup: { [step]: setup[step] } } : {};
    expect((await create({ steps: [step], ...needed, ...person() })).status).toBe(200);
  });

  if (schema.setup_required) {
    test('is refused with its path when its setup is missing', async () => {
      const { status, body } = await create({ steps: [step], ...person() });
      expect([status, body.error.details]).toEqual([
        400,
        [{ path: `setup.${step}`, message: 'is required' }],
      ]);
    });
  }

  test('can have a knockout rule', async () => {
    const body = { name: `After ${step}`, template: 'true', step };
    expect((await api.call('/v1/knockout-rules', { body })).status).toBe(201);
  });
});

test('people_uuid is required for a step that requires a person', async () => {
  const { status, body } = await create({ steps: ['auth'] });
  expect([status, body.error.details.map(({ path }) => path)]).toEqual([400, ['people_uuid']]);
});

test.each([
  ['liveness', 'http', 'review'],
  ['liveness', 'built_in', 'review'],
  ['enroll_simple', 'review', 'built_in'],
])(
  'for %s the engine %s is refused with its path and the valid engines',
  async (step, engine, only) => {
    const refused = await create({ steps: [step], setup: { [step]: { engine } } });
    const message = `is none of the engines of this step: ${only}`;
    expect([refused.status, refused.body.error.details]).toEqual([
      400,
      [{ path: `setup.${step}.engine`, message }],
    ]);
    const accepted = await create({ steps: [step], setup: { [step]: { engine: only } } });
    expect(accepted.status).toBe(200);
  },
);

test.each([
  [{ files: [] }, 'setup.files_upload.files'],
  [{ files: [{ collection: 'A B', title: 'A' }] }, 'setup.files_upload.files.0.collection'],
  [
    { files: [{ collection: 'a', title: 'A', types: ['text/html'] }] },
    'setup.files_upload.files.0.types.0',
  ],
  [
    { files: ['a', 'b', 'a'].map((collection) => ({ collection, title: 'A' })) },
    'setup.files_upload.files.2.collection',
  ],
])('an invalid list of files to upload is refused: %j', async (files_upload, path) => {
  const { status, body } = await create({ steps: ['files_upload'], setup: { files_upload } });
  expect([status, body.error.details.map((detail) => detail.path)]).toEqual([400, [path]]);
});

test('GET /v1/session returns the document to sign but not the token for signing', async () => {
  const steps = ['document_sign'];
  const given = { document_sign: { token: 'very-secret', store_sign: true } };
  const run = (await create({ steps, setup: given })).body.result;
  const { token: bearer } = await api.mint(run.uuid);
  const session = await api.call<{ step: { setup: object } }>('/v1/session', { bearer });
  expect(session.body.result.step.setup).toEqual({ store_sign: true, document: null });
  expect(session.text).not.toContain('very-secret');
});

describe('a submission', () => {
  const submit = (run: RunJson, data: object, more: object = {}) =>
    api.call<ProgressJson>(`/v1/steps/${stepUuid(run, 0)}/submit`, { body: { data, ...more } });

  test('without required coordinates returns geolocation_required', async () => {
    const run = (await create({ steps: ['address_verification'] })).body.result;
    const { status, body } = await submit(run, {});
    expect([status, body.error.code]).toEqual([422, 'geolocation_required']);
  });

  test('with an unknown field is refused with the name of the field', async () => {
    const run = (await create({ steps: ['enroll_simple'] })).body.result;
    const { status, body } = await submit(run, { curp: 'HEGG560427MVZRRL04', name: 'Gloria' });
    expect([status, body.error.code, body.error.details]).toEqual([
      ...[422, 'submission_refused'],
      [{ path: 'data.name', message: 'is not known here' }],
    ]);
  });

  test('without a page of the document to read is refused', async () => {
    const document_preview = { document: { name: 'Contrato', pages: 2 } };
    const run = (await create({ steps: ['document_preview'], setup: { document_preview } })).body
      .result;
    const pages = [{ page: 1, seen_at: '2026-11-01T12:00:00Z' }];
    const { status, body } = await submit(run, { pages });
    expect([status, body.error.details]).toEqual([
      422,
      [{ path: 'data.pages', message: 'lacks page 2 of 2' }],
    ]);
  });

  test('of a CURP returns the data in the CURP', async () => {
    const run = (await create({ steps: ['enroll_simple'] })).body.result;
    const { body } = await submit(run, { curp: 'hegg560427mvzrrl04' });
    expect(body.result.step?.payload).toMatchObject({
      ...{ curp: 'HEGG560427MVZRRL04', birth_date: '1956-04-27', state: 'Veracruz' },
    });
  });
});
