/** Tests that configuration named by workflow templates can't be archived, and that the error lists the templates. */
import { randomUUID } from 'node:crypto';
import { routes } from '../../src/api/route-table';
import { TestApi } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const made = async (path: string, body: object) => {
  const answer = await api.call(path, { body });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body.result.uuid;
};
const remove = (path: string) => api.call(path, { method: 'DELETE' });
const template = (more: object) =>
  made('/v1/workflow-templates', {
    ...{ name: `Alta ${randomUUID()}`, steps: ['personal_address'] },
    ...more,
  });
const document = () => {
  const { example } =
    routes.find(({ method, path }) => method === 'post' && path === '/v1/document-templates') ?? {};
  return made('/v1/document-templates', { ...(example as object), name: randomUUID() });
};

const KINDS: [string, () => Promise<string>, (uuid: string) => object][] = [
  [
    '/v1/forms',
    () => made('/v1/forms', { name: 'F', fields: [{ predefined: 'nip_generic' }] }),
    (form_uuid) => ({ steps_setup: { custom_form: { form_uuid } } }),
  ],
  [
    '/v1/nips',
    () => made('/v1/nips', { name: 'N', first_verification: { channel: 'whatsapp' } }),
    (nip_uuid) => ({
      steps: [{ step: 'nip', custom_id: 'second' }],
      steps_setup: { second: { nip_uuid: nip_uuid.toUpperCase() } },
    }),
  ],
  [
    '/v1/rule-sets',
    () => made('/v1/rule-sets', { name: randomUUID() }),
    (rule_set_uuid) => ({ config: { rule_set_uuid } }),
  ],
  [
    '/v1/customizations',
    () => made('/v1/customizations', { name: randomUUID(), values: {} }),
    (customization_uuid) => ({ config: { metadata: { customization_uuid } } }),
  ],
  [
    '/v1/document-templates',
    document,
    (document_uuid) => ({ config: { autofill: { document_uuid } } }),
  ],
  [
    '/v1/template-bindings',
    async () =>
      made('/v1/template-bindings', { name: randomUUID(), template_uuid: await document() }),
    (template_binding_uuid) => ({ config: { autofill: { template_binding_uuid } } }),
  ],
];

test.each(KINDS)(
  'DELETE %s/{uuid} returns in_use while a template names the resource, then archives it',
  async (path, make, use) => {
    const uuid = await make();
    const name = `Alta ${randomUUID()}`;
    const using = await template({ name, ...use(uuid) });
    await template(use(await make()));
    const refused = await remove(`${path}/${uuid}`);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'in_use']);
    expect(refused.body.error.message).toContain(`"${name}"`);
    expect(refused.body.error.details).toEqual([{ path: 'workflow_templates.0', message: using }]);
    expect((await api.call(`${path}/${uuid}`)).status).toBe(200);
    expect((await remove(`/v1/workflow-templates/${using}`)).status).toBe(200);
    expect((await remove(`${path}/${uuid}`)).status).toBe(200);
  },
);

test('a template of another account or a changed template does not prevent archiving', async () => {
  const uuid = await made('/v1/rule-sets', { name: randomUUID() });
  const { key: bearer } = await api.addClient();
  const config = { rule_set_uuid: uuid };
  const body = { name: 'Other', steps: ['personal_address'], config };
  expect((await api.call('/v1/workflow-templates', { bearer, body })).status).toBe(201);
  const own = await template({ config });
  expect((await remove(`/v1/rule-sets/${uuid}`)).status).toBe(409);
  const change = { method: 'PUT', body: { config: {} } };
  expect((await api.call(`/v1/workflow-templates/${own}`, change)).status).toBe(200);
  expect((await remove(`/v1/rule-sets/${uuid}`)).status).toBe(200);
});

test('in_use lists at most ten templates', async () => {
  const uuid = await made('/v1/rule-sets', { name: randomUUID() });
  for (let count = 0; count < 11; count += 1) await template({ config: { rule_set_uuid: uuid } });
  const { error } = (await remove(`/v1/rule-sets/${uuid}`)).body;
  expect([error.details.length, error.message]).toEqual([
    10,
    expect.stringContaining('and others') as string,
  ]);
});

test('a NIP that the account uses by default is refused, until another one is set', async () => {
  const nip = () => made('/v1/nips', { name: 'N', first_verification: { channel: 'whatsapp' } });
  for (const field of ['default_nip_uuid', 'default_email_nip_uuid']) {
    const uuid = await nip();
    const set = (value: string | null) =>
      api.call('/v1/account', { method: 'PUT', body: { [field]: value } });
    expect((await set(uuid)).status).toBe(200);
    const refused = await remove(`/v1/nips/${uuid}`);
    expect([refused.status, refused.body.error.code]).toEqual([409, 'in_use']);
    expect(refused.body.error.details).toEqual([{ path: `account.${field}`, message: uuid }]);
    expect((await set(null)).status).toBe(200);
    expect((await remove(`/v1/nips/${uuid}`)).status).toBe(200);
  }
});

const ROUTES: [string, (connector_uuid: string) => object][] = [
  ['first', (connector_uuid) => ({ first_verification: { channel: 'sms', connector_uuid } })],
  [
    'backup of the second',
    (connector_uuid) => ({
      first_verification: { channel: 'whatsapp' },
      second_verification: {
        channel: 'whatsapp',
        backup: { after_failed_attempts: 1, channel: 'sms', connector_uuid },
      },
    }),
  ],
];
test.each(ROUTES)('a connector that a NIP names (%s) is refused', async (_which, routes) => {
  const connector = await made('/v1/connectors', { name: 'S', kind: 'sandbox' });
  const nip = await made('/v1/nips', { name: 'Only one', ...routes(connector) });
  const refused = await remove(`/v1/connectors/${connector}`);
  expect([refused.status, refused.body.error.code]).toEqual([409, 'in_use']);
  expect(refused.body.error.message).toContain('"Only one"');
  expect(refused.body.error.details).toEqual([{ path: 'nips.0', message: nip }]);
  expect((await remove(`/v1/nips/${nip}`)).status).toBe(200);
  expect((await remove(`/v1/connectors/${connector}`)).status).toBe(200);
});
