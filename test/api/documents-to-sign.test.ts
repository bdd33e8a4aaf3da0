/** Tests document templates and template bindings. */
import { TestApi } from '../support/api';
import { jpeg, pdf, pdfBomb } from '../support/files';

interface TemplateJson {
  uuid: string;
  name: string;
  fields: { uuid: string; kind: string }[];
  pages: { width: number; height: number }[];
  size: number;
  sha256: string;
}

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const PATH = '/v1/document-templates';
const TEXT = { kind: 'text', page: 1, x: 10, y: 250, width: 100, height: 20 };
const SIGNATURE = { kind: 'signature', page: 2, x: 100, y: 0, width: 100, height: 50 };
let count = 0;
const base64 = (bytes: Buffer) => bytes.toString('base64');

async function create(body: object = {}) {
  count += 1;
  const content = base64(await pdf(2));
  const fields = [TEXT, SIGNATURE];
  return api.call<TemplateJson>(PATH, {
    body: { name: `Contract ${count}`, content, fields, ...body },
  });
}

test('a document template is stored with its fields, read back and changed without its PDF', async () => {
  const { status, body } = await create();
  expect(status).toBe(201);
  const { uuid, fields, pages, size, sha256 } = body.result;
  expect(fields).toEqual([
    { ...TEXT, uuid: expect.any(String) },
    { ...SIGNATURE, uuid: expect.any(String) },
  ]);
  expect(pages).toEqual([
    { width: 200, height: 300 },
    { width: 200, height: 300 },
  ]);
  const served = await fetch(`http://127.0.0.1:${api.port}${PATH}/${uuid}/content`, {
    headers: { authorization: `Bearer ${api.client.key}` },
  });
  expect(served.headers.get('content-type')).toBe('application/pdf');
  expect(served.headers.get('content-disposition')).toBe(`attachment; filename="${uuid}.pdf"`);
  expect((await served.arrayBuffer()).byteLength).toBe(size);
  const changed = await api.call<TemplateJson>(`${PATH}/${uuid}`, {
    method: 'PUT',
    body: { fields: [fields[1]] },
  });
  expect(changed.body.result).toMatchObject({ sha256, pages, fields: [fields[1]] });
  const moved = await api.call(`${PATH}/${uuid}`, {
    method: 'PUT',
    body: { content: base64(await pdf(1)) },
  });
  expect(moved.body.error.details).toEqual([
    { path: 'fields.0.page', message: 'is no page of the PDF' },
  ]);
});

test.each<[what: string, body: () => object | Promise<object>, path: string, message: string]>([
  ['a JPEG', () => ({ content: base64(jpeg()) }), 'content', 'is no PDF; send a PDF'],
  ['a text', () => ({ content: base64(Buffer.from('hello')) }), 'content', 'is no PDF; send a PDF'],
  [
    'a PDF cut short',
    async () => ({ content: base64((await pdf()).subarray(0, 300)) }),
    'content',
    'is cut short or damaged; print it to a new PDF and send that',
  ],
  [
    'a bomb',
    () => ({ content: base64(pdfBomb(40_000_000)) }),
    'content',
    'is compressed out of all proportion',
  ],
  [
    '201 pages',
    async () => ({ content: base64(await pdf(201)), fields: [] }),
    'content',
    'has more than 200 pages',
  ],
  ['no content', () => ({ content: null }), 'content', 'is required'],
  [
    'a field beyond its page',
    () => ({ fields: [{ ...TEXT, x: 150 }] }),
    'fields.0',
    'does not lie on its page of 200 by 300',
  ],
  [
    'a field on a missing page',
    () => ({ fields: [{ ...TEXT, page: 3 }] }),
    'fields.0.page',
    'is no page of the PDF',
  ],
  [
    'a field twice',
    () => ({
      fields: [TEXT, TEXT].map((each) => ({
        ...each,
        uuid: '77cf87f8-385a-463a-8088-c95322d70b95',
      })),
    }),
    'fields.1.uuid',
    'is there already: give each field a uuid of its own',
  ],
])('%s is refused with its path', async (_what, body, path, message) => {
  const { status, body: answer } = await create(await body());
  expect([status, answer.error.details]).toEqual([400, [{ path, message }]]);
});

test('a refused PDF leaves no stored bytes', async () => {
  const { name } = (await create()).body.result;
  const before = (await api.documents('document_contents')).length;
  const content = base64(await pdf(7));
  expect((await create({ content, fields: [{ ...TEXT, page: 9 }] })).status).toBe(400);
  expect((await create({ content, name })).status).toBe(409);
  expect(await api.documents('document_contents')).toHaveLength(before);
  expect((await create({ content })).status).toBe(201);
  expect(await api.documents('document_contents')).toHaveLength(before + 1);
});

test('a document template with a used name returns conflict', async () => {
  const { name } = (await create()).body.result;
  expect((await create({ name })).body.error.code).toBe('conflict');
});

describe('a template binding', () => {
  let template: TemplateJson;
  beforeAll(async () => {
    template = (await create()).body.result;
  });
  const bind = (body: object = {}) => {
    count += 1;
    const [text, signature] = template.fields;
    return api.call<{ uuid: string; name: string }>('/v1/template-bindings', {
      body: {
        name: `Binding ${count}`,
        text_bindings: {
          [text?.uuid ?? '']: { steps: ['verify_email'], template: 'Por {verify_email.email}' },
        },
        sign_bindings: [signature?.uuid],
        template_uuid: template.uuid,
        ...body,
      },
    });
  };

  test('is returned as written, and PUT leaves omitted fields unchanged even when its template is archived', async () => {
    const made = await bind();
    expect(made.status).toBe(201);
    const { uuid } = made.body.result;
    const path = `/v1/template-bindings/${uuid}`;
    await api.call(`${PATH}/${template.uuid}`, { method: 'DELETE' });
    const renamed = await api.call(path, { method: 'PUT', body: { name: 'Renamed' } });
    expect(renamed.body.result).toMatchObject({
      ...made.body.result,
      name: 'Renamed',
      updated_at: expect.any(String),
    });
    const { body } = await api.call(path, { method: 'PUT', body: { sign_bindings: [] } });
    expect(body.error.details).toEqual([
      { path: 'template_uuid', message: 'is no document template' },
    ]);
    template = (await create()).body.result;
  });

  const uuid = '77cf87f8-385a-463a-8088-c95322d70b95';
  const text = (template: string, steps = ['verify_email']) => ({
    text_bindings: { [uuid]: { steps, template } },
  });
  test.each<[string, () => object, string, string]>([
    ['an unknown template', () => ({ template_uuid: uuid }), 'template_uuid', 'validation_failed'],
    ['an unknown field', () => text('x'), `text_bindings.${uuid}`, 'validation_failed'],
    [
      'a text for a signature field',
      () => ({ text_bindings: { [template.fields[1]?.uuid ?? '']: { steps: [], template: 'x' } } }),
      'text_bindings.',
      'validation_failed',
    ],
    [
      'a signature for a text field',
      () => ({ sign_bindings: [template.fields[0]?.uuid] }),
      'sign_bindings.0',
      'validation_failed',
    ],
    [
      'a text that is not closed',
      () => text('{verify_email.email'),
      `text_bindings.${uuid}.template`,
      'invalid_expression',
    ],
    [
      'a text with a call',
      () => text('{f(1)}'),
      `text_bindings.${uuid}.template`,
      'invalid_expression',
    ],
    [
      'a text about another step',
      () => text('{personal_address.city}'),
      `text_bindings.${uuid}.steps`,
      'validation_failed',
    ],
  ])('with %s is refused with its path', async (_what, body, path, code) => {
    const { error } = (await bind(body())).body;
    expect([error.code, error.details[0]?.path.slice(0, path.length)]).toEqual([code, path]);
  });
});
