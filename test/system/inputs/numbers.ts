/** Kind D: numbers beyond 2^53 come back as they were sent, or are refused. */
import { numbered, type Row } from './row';
import { brief, details, type Tenant } from './tenant';

const TERMS = '"steps":["acceptance"],"setup":{"acceptance":{"text":"A","version":"1"}}';
const ID = '1546130668394913822';
const json = { 'content-type': 'application/json' };
const create = (tenant: Tenant, fields: string, headers = {}) =>
  tenant.call('/v1/workflows', {
    raw: `{${TERMS},${fields}}`,
    headers: { ...json, ...headers },
  });

const refused = (what: string, path: string, where: string, raw: string): Omit<Row, 'id'> => ({
  what,
  ask: async ({ test }) => details(await test.call(where, { raw, headers: json })),
  right: [`${path} is too large`],
});

export const numberRows: Row[] = numbered('F-D', [
  refused(
    'an order number of 19 digits',
    'metadata.order_id',
    '/v1/workflows',
    `{${TERMS},"metadata":{"order_id":${ID}}}`,
  ),
  refused('1e400', 'metadata.n', '/v1/workflows', `{${TERMS},"metadata":{"n":1e400}}`),
  {
    what: 'two order numbers of 19 digits under one Idempotency-Key',
    ask: async ({ test }) => {
      const answers = [];
      for (const id of [ID, '1546130668394913823']) {
        const key = { 'idempotency-key': 'big-numbers-1' };
        answers.push(brief(await create(test, `"metadata":{"order_id":${id}}`, key)));
      }
      return answers;
    },
    right: Array.from({ length: 2 }, () => '400 validation_failed metadata.order_id'),
  },
  refused(
    'an external reference of 19 digits',
    'external_reference_id',
    '/v1/workflows',
    `{${TERMS},"external_reference_id":${ID}}`,
  ),
  refused(
    'a setup',
    'setup.acceptance.number',
    '/v1/workflows',
    `{"steps":["acceptance"],"setup":{"acceptance":{"text":"A","version":"1","number":${ID}}}}`,
  ),
  refused('autofill', 'autofill.number', '/v1/workflows', `{${TERMS},"autofill":{"number":${ID}}}`),
  refused(
    'values of a customization',
    'values.acceptance.n',
    '/v1/customizations',
    `{"name":"N","values":{"acceptance":{"n":${ID}}}}`,
  ),
  refused(
    'metadata of a template',
    'config.metadata.n',
    '/v1/workflow-templates',
    `{"name":"N","steps":["acceptance"],"config":{"metadata":{"n":${ID}}}}`,
  ),
  {
    what: 'overwrites of a template',
    ask: async ({ test }) => {
      const body = { name: `T ${Math.random()}`, steps: ['personal_address'] };
      const uuid = await test.made('/v1/workflow-templates', body);
      const raw = `{"overwrites":{"metadata":{"n":${ID}}}}`;
      const path = `/v1/workflow-templates/${uuid}/workflows`;
      return details(await test.call(path, { raw, headers: json }));
    },
    right: ['overwrites.metadata.n is too large'],
  },
  {
    what: 'numbers that JavaScript holds',
    ask: async ({ test }) => {
      const metadata = '{"id":9007199254740991,"n":-0.1,"t":"1546130668394913822"}';
      const { text } = await create(test, `"metadata":${metadata}`);
      return text.includes(`"metadata":${metadata}`);
    },
    right: true,
  },
]);
